"""The screens by which a desk is minded, each imported when it is opened."""
