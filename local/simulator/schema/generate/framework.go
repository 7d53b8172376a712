package main

import (
	"fmt"
	"strings"
)

// Some resources and data sources use Terraform's plugin framework, which declares schemas differently.
const framework = "github.com/hashicorp/terraform-plugin-framework"

// attributeTypes maps attributes, blocks and element types to the types of properties.
var attributeTypes = map[string]string{
	"String": "string", "Bool": "boolean", "Int32": "integer", "Int64": "integer", "Float64": "number", "Number": "number",
	"List": "list", "Set": "set", "Map": "map", "Object": "map", "ListNested": "list", "SetNested": "set", "SingleNested": "map",
}

// registerFramework evaluates the Schema method of a registered resource or data source.
func (p *Provider) registerFramework(e *Evaluator, registered *Struct, into map[string]map[string]*Property) {
	name, _ := registered.fields["Name"].(string)
	create, ok := registered.fields["Func"].(*Func)
	if !ok {
		p.Problems = append(p.Problems, name+": its Func is unknown")
		return
	}
	made, _ := e.Call(create.body, create, nil, false).(*Struct)
	if made == nil || e.method(made, "Schema") == nil {
		p.Problems = append(p.Problems, name+": it has no Schema method")
		return
	}
	response := &Struct{typ: "SchemaResponse", fields: map[string]any{}}
	e.Call(create.body, e.method(made, "Schema"), []any{Unknown("context"), Unknown("request"), response}, false)
	into[name] = p.attributes(name, response.fields["Schema"])
}

func (p *Provider) attributes(path string, schema any) map[string]*Property {
	found := map[string]*Property{}
	structure, ok := schema.(*Struct)
	if !ok {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: not a schema: %v", path, schema))
		return found
	}
	for _, part := range []string{"Attributes", "Blocks"} {
		if entries, ok := structure.fields[part].(*Map); ok {
			for key, value := range entries.entries {
				name, _ := key.(string)
				if property := p.attribute(path+"."+name, value); property != nil {
					found[name] = property
				}
			}
		}
	}
	return found
}

func (p *Provider) attribute(path string, value any) *Property {
	structure, ok := value.(*Struct)
	if !ok {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: not an attribute: %v", path, value))
		return nil
	}
	if structure.typ == "timeouts.Opts" {
		return timeouts(structure)
	}
	flag := func(name string) bool { is, _ := structure.fields[name].(bool); return is }
	kind := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(structure.typ, "schema."), "Attribute"), "Block")
	deprecated, _ := structure.fields["DeprecationMessage"].(string)
	property := &Property{
		Type:       attributeTypes[kind],
		Required:   flag("Required"),
		Optional:   flag("Optional"),
		Computed:   flag("Computed"),
		Secret:     flag("Sensitive"),
		Deprecated: deprecated,
		Elem:       elementType(structure.fields["ElementType"]),
	}
	if property.Type == "" {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: unknown type %s", path, structure.typ))
	}
	if modifiers, ok := structure.fields["PlanModifiers"].(*List); ok {
		for _, modifier := range modifiers.items {
			called, _ := modifier.(Unknown)
			property.ReplaceOnChange = property.ReplaceOnChange || strings.HasSuffix(string(called), "planmodifier.RequiresReplace()")
		}
	}
	if validators, ok := structure.fields["Validators"].(*List); ok {
		p.validate(path, property, validators.items)
	}
	if nested, ok := structure.fields["NestedObject"]; ok {
		property.Fields = p.attributes(path, nested)
	}
	return property
}

// elementType reads the type of the elements of a list or a map, such as types.StringType.
func elementType(value any) string {
	switch v := value.(type) {
	case Symbol:
		return attributeTypes[strings.TrimSuffix(strings.TrimPrefix(string(v), "types."), "Type")]
	case *Struct:
		return attributeTypes[strings.TrimSuffix(strings.TrimPrefix(v.typ, "types."), "Type")]
	}
	return ""
}

// timeouts returns the block with one duration for each operation.
func timeouts(options *Struct) *Property {
	property := &Property{Type: "map", Optional: true, Fields: map[string]*Property{}}
	for name := range options.fields {
		property.Fields[strings.ToLower(name)] = &Property{Type: "string", Optional: true}
	}
	return property
}
