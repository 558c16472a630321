"""What comes from outside is read here first: names, contents, archives, XML, pictures."""
