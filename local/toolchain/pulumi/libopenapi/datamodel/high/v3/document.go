package v3

import (
	"github.com/pb33f/libopenapi/datamodel/high/base"
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

type Document struct {
	Info       *struct{ Version string }
	Components struct {
		Schemas *orderedmap.Map[string, *base.SchemaProxy]
	}
	Paths *struct {
		PathItems *orderedmap.Map[string, *PathItem]
	}
}

type PathItem struct{ Get, Post, Put, Delete, Patch, Head *Operation }

type Operation struct {
	OperationId, Summary, Description string
	Tags                              []string
	Parameters                        []*Parameter
	RequestBody                       *struct {
		Content *orderedmap.Map[string, *MediaType]
	}
	Responses *struct {
		Codes   *orderedmap.Map[string, *Response]
		Default *Response
	}
	Extensions *orderedmap.Map[string, *yaml.Node]
	Deprecated *bool
}

type Parameter struct {
	Name, In, Description string
	Required              *bool
	Schema                *base.SchemaProxy
}

type Response struct {
	Description string
	Content     *orderedmap.Map[string, *MediaType]
}

type MediaType struct{ Schema *base.SchemaProxy }
