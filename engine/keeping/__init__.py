"""What hosts keep on disk, whichever host it is."""
