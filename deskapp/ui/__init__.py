"""What a person sees. Qt only; every answer from below comes through `ui.bridge`."""
