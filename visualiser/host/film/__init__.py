"""Films of pictures: who encodes them, and whether what came out can be played."""
