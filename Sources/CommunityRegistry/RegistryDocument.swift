// Placeholder of the registry document's model.
