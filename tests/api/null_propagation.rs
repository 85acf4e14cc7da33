//! null_propagation
