# desk: every key begins with desk-.
