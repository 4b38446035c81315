# refusals: every key begins with refusal-.
