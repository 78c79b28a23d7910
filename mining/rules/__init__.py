"""The rules of handling a dossier, who keeps them and who breaks them."""
