"""The desk: the one door through which tickets change."""
