//! A house run by the program itself, in processes that are started, killed and stopped like those of a landlord.
