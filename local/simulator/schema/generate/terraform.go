package main

import (
	"fmt"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Property is the schema of a property.
type Property struct {
	Type            string               `json:"type"`
	Required        bool                 `json:"required,omitempty"`
	Optional        bool                 `json:"optional,omitempty"`
	Computed        bool                 `json:"computed,omitempty"`
	ReplaceOnChange bool                 `json:"replaceOnChange,omitempty"`
	Secret          bool                 `json:"secret,omitempty"`
	Deprecated      string               `json:"deprecated,omitempty"`
	Default         any                  `json:"default,omitempty"`
	MaxItems        int64                `json:"maxItems,omitempty"`
	MinItems        int64                `json:"minItems,omitempty"`
	ConflictsWith   []string             `json:"conflictsWith,omitempty"`
	ExactlyOneOf    []string             `json:"exactlyOneOf,omitempty"`
	AtLeastOneOf    []string             `json:"atLeastOneOf,omitempty"`
	RequiredWith    []string             `json:"requiredWith,omitempty"`
	Enum            []any                `json:"enum,omitempty"`
	Validators      []*Validator         `json:"validators,omitempty"`
	Elem            string               `json:"elem,omitempty"`
	Fields          map[string]*Property `json:"fields,omitempty"`
	code            map[string][]string
}

// plan has the functions that check and change the plan of a resource.
type plan struct {
	file      string
	functions []string
	// registered is the file that registers the resource: that of its policy, for types of policies.
	registered string
}

// Provider has the properties of all registered resources and data sources, by Terraform's names.
type Provider struct {
	Resources   map[string]map[string]*Property
	DataSources map[string]map[string]*Property
	// Problems are errors with their positions.
	Problems []string
	plans    map[string]plan
}

// types maps Terraform's types to those of the file.
var types = map[Symbol]string{
	"schema.TypeString": "string",
	"schema.TypeBool":   "boolean",
	"schema.TypeInt":    "integer",
	"schema.TypeFloat":  "number",
	"schema.TypeList":   "list",
	"schema.TypeSet":    "set",
	"schema.TypeMap":    "map",
}

const sdk = "github.com/hashicorp/terraform-plugin-sdk/v2/helper/"

// ReadProvider evaluates everything that the packages below the folder `services` register.
func ReadProvider(source *Source, services string) (*Provider, error) {
	read := &Provider{map[string]map[string]*Property{}, map[string]map[string]*Property{}, nil, map[string]plan{}}
	first := func(arguments []any) any { return arguments[0] }
	evaluator := &Evaluator{source: source, constants: map[string]any{
		"time.Second": int64(1e9),
		"time.Minute": int64(60e9),
		"time.Hour":   int64(3600e9),
	}, functions: map[string]func([]any) any{
		framework + "-timeouts/resource/timeouts.Block": func(arguments []any) any { return argument(arguments, 1) },
		"time.Duration":   first,
		"fmt.Sprintf":     format,
		"strings.ToLower": func(a []any) any { return text(a, strings.ToLower) },
		"strings.ToUpper": func(a []any) any { return text(a, strings.ToUpper) },
		"strings.Join":    join,
	}}
	evaluator.methods = map[string]func(*Struct){
		"registry.Schema.Register": func(s *Struct) {
			name, _ := s.fields["Name"].(string)
			if resource, ok := s.fields["Schema"].(*Struct); ok {
				if !read.isData(evaluator, s.fields["Type"]) {
					read.plans[name] = plan{evaluator.below(resource.at), resource.code["CustomizeDiff"], evaluator.below(s.at)}
				}
			}
			read.table(evaluator, s.fields["Type"])[name] = read.properties(evaluator, name, s.fields["Schema"])
		},
		"registry.Product.Register": func(*Struct) {},
	}
	evaluator.methods["registry.FrameworkResource.Register"] = func(s *Struct) {
		read.registerFramework(evaluator, s, read.Resources)
	}
	evaluator.methods["registry.FrameworkDataSource.Register"] = func(s *Struct) {
		read.registerFramework(evaluator, s, read.DataSources)
	}
	evaluator.methods["registry.FrameworkEphemeralResource.Register"] = func(*Struct) {}
	evaluator.methods["registry.FrameworkListResource.Register"] = func(*Struct) {}
	var packages []*Package
	var err error
	read.attempt(func() { packages, err = source.Packages(services) })
	if err != nil {
		return nil, err
	}
	maps.Copy(evaluator.functions, validatorFunctions(source.module))
	for _, pkg := range packages {
		for _, registers := range pkg.inits {
			read.run(evaluator, registers)
		}
	}
	slices.Sort(read.Problems)
	return read, nil
}

// table returns where a registration of this type belongs.
func (p *Provider) table(e *Evaluator, kind any) map[string]map[string]*Property {
	if p.isData(e, kind) {
		return p.DataSources
	}
	return p.Resources
}

// isData says whether a registration of this type is a data source. The types are constants of the package registry.
func (p *Provider) isData(e *Evaluator, kind any) bool {
	registry := e.source.Package(e.source.module + "/google-beta/registry")
	if registry != nil {
		for _, name := range []string{"SchemaTypeDataSource", "SchemaTypeIAMDataSource"} {
			if value, ok := e.member(registry, name); ok && value == kind {
				return true
			}
		}
	}
	return false
}

// run evaluates the registrations of an init function: statements such as `registry.Schema{…}.Register()`.
func (p *Provider) run(evaluator *Evaluator, registers *Declared) {
	env := inner(nil)
	for _, statement := range registers.function.Body.List {
		if !registersLiteral(statement) {
			continue
		}
		p.attempt(func() { evaluator.statement(&Frame{file: registers.file}, env, statement) })
	}
}

func registersLiteral(statement ast.Stmt) bool {
	if expression, ok := statement.(*ast.ExprStmt); ok {
		if call, ok := expression.X.(*ast.CallExpr); ok {
			if method, ok := call.Fun.(*ast.SelectorExpr); ok {
				_, ok := method.X.(*ast.CompositeLit)
				return ok
			}
		}
	}
	return false
}

func (p *Provider) attempt(what func()) {
	defer func() {
		if problem := recover(); problem != nil {
			failed, ok := problem.(failure)
			if !ok {
				panic(problem)
			}
			p.Problems = append(p.Problems, failed.String())
		}
	}()
	what()
}

func (p *Provider) properties(e *Evaluator, path string, resource any) map[string]*Property {
	found := map[string]*Property{}
	structure, ok := resource.(*Struct)
	if !ok {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: not a schema: %v", path, resource))
		return found
	}
	schema := structure.fields["Schema"]
	if lazy, ok := structure.fields["SchemaFunc"].(*Func); ok {
		schema = e.Call(lazy.body, lazy, nil, false)
	}
	switch properties := schema.(type) {
	case *Map:
		for key, value := range properties.entries {
			name, _ := key.(string)
			if property := p.property(e, path+"."+name, value); property != nil {
				found[name] = property
			}
		}
	case nil:
	default:
		p.Problems = append(p.Problems, fmt.Sprintf("%s: not a schema: %v", path, schema))
	}
	return found
}

func (p *Provider) property(e *Evaluator, path string, value any) *Property {
	structure, ok := value.(*Struct)
	if !ok {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: not a schema of a property: %v", path, value))
		return nil
	}
	field := func(name string) any {
		if unknown, ok := structure.fields[name].(Unknown); ok {
			p.Problems = append(p.Problems, fmt.Sprintf("%s: %s is %s", path, name, string(unknown)))
			return nil
		}
		return structure.fields[name]
	}
	flag := func(name string) bool { is, _ := field(name).(bool); return is }
	number := func(name string) int64 { n, _ := field(name).(int64); return n }
	names := func(name string) []string {
		found := []string{}
		if list, ok := field(name).(*List); ok {
			for _, item := range list.items {
				if text, ok := item.(string); ok {
					found = append(found, text)
				} else {
					p.Problems = append(p.Problems, fmt.Sprintf("%s: %s has %v", path, name, item))
				}
			}
		}
		return found
	}
	kind, _ := field("Type").(Symbol)
	deprecated, _ := field("Deprecated").(string)
	property := &Property{
		Type:            types[kind],
		Required:        flag("Required"),
		Optional:        flag("Optional"),
		Computed:        flag("Computed"),
		ReplaceOnChange: flag("ForceNew"),
		Secret:          flag("Sensitive"),
		Deprecated:      deprecated,
		Default:         field("Default"),
		MaxItems:        number("MaxItems"),
		MinItems:        number("MinItems"),
		ConflictsWith:   names("ConflictsWith"),
		ExactlyOneOf:    names("ExactlyOneOf"),
		AtLeastOneOf:    names("AtLeastOneOf"),
		RequiredWith:    names("RequiredWith"),
		code:            structure.code,
	}
	p.validate(path, property, []any{structure.fields["ValidateFunc"], structure.fields["ValidateDiagFunc"]})
	if property.Enum == nil && !property.Required && !property.Optional {
		property.Enum = described(structure)
	}
	if property.Type == "" {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: unknown type %v", path, structure.fields["Type"]))
	}
	if elem, ok := field("Elem").(*Struct); ok {
		switch elem.typ {
		case "schema.Resource":
			property.Fields = p.properties(e, path, elem)
		case "schema.Schema":
			each := p.property(e, path, elem)
			property.Elem, property.Fields = each.Type, each.Fields
			property.code = maps.Clone(property.code)
			maps.Copy(property.code, each.code)
			// Only the elements of lists are validated.
			if property.Type == "list" || property.Type == "set" {
				property.Enum, property.Validators = each.Enum, each.Validators
			}
		}
	}
	return property
}

var possibleValues = regexp.MustCompile(`Possible values: \[(".*?")\]`)

// described returns the values in the description of an output, which has no validator.
func described(structure *Struct) []any {
	description, _ := structure.fields["Description"].(string)
	if described := possibleValues.FindStringSubmatch(description); described != nil {
		values := []any{}
		for value := range strings.SplitSeq(described[1], ", ") {
			values = append(values, strings.Trim(value, `"`))
		}
		return values
	}
	return nil
}

func format(arguments []any) any {
	for _, argument := range arguments {
		switch argument.(type) {
		case string, int64, bool:
		default:
			return Unknown("a format of unknown values")
		}
	}
	return fmt.Sprintf(arguments[0].(string), arguments[1:]...)
}

func join(arguments []any) any {
	list, isList := argument(arguments, 0).(*List)
	separator, isText := argument(arguments, 1).(string)
	if !isList || !isText {
		return Unknown("a join of unknown values")
	}
	parts := []string{}
	for _, item := range list.items {
		part, ok := item.(string)
		if !ok {
			return Unknown("a join of unknown values")
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, separator)
}

func text(arguments []any, change func(string) string) any {
	if value, ok := arguments[0].(string); ok {
		return change(value)
	}
	return Unknown("an unknown string")
}
