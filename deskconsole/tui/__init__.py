"""The console: a full-screen board over the desk. Nothing outside this package loads Textual."""
