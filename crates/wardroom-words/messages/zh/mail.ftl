# mail: every key begins with mail-.
