# public: every key begins with public-.
