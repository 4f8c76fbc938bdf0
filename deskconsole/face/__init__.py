"""The board's face: what is written where, and in which look; pure, and cheap to import.

The console paints it, and so does the first sight before the console stands. Whatever is shown
comes as the desk's records or as anything that reads like them.
"""
