//! Placeholder head of the room.
