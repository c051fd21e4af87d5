// Package table turns the values of one resource, in the shape of its source, into a declaration of the graph. Which
// argument or property is which normalised attribute (graph.AttributesOf) is said by rows, one for each resource type
// of a source; the code here reads the rows, and knows no type.
package table
