"""The console: a full-screen board over the desk. Nothing outside this package loads Textual."""

from deskconsole.absent import absent

with absent("ssl"):  # nothing here speaks it, and asyncio would load four megabytes of it
    import asyncio as asyncio
