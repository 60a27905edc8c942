"""What is stored: tables, frozen DTOs, enums, ids and migrations."""
