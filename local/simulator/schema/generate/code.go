package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Code has the names of the functions that decide about a resource, which a schema cannot say.
type Code struct {
	// File is where the resource is declared, below google-beta.
	File string `json:"file"`
	// CustomizeDiff has the functions that check and change the plan of the resource, in their order.
	CustomizeDiff []string `json:"customizeDiff,omitempty"`
	// Suppress, State and Validate have the functions of a property: DiffSuppressFunc, StateFunc, ValidateFunc and ValidateDiagFunc. Validators
	// of a range, a pattern or a list are left out.
	Suppress map[string]string   `json:"suppress,omitempty"`
	State    map[string]string   `json:"state,omitempty"`
	Validate map[string][]string `json:"validate,omitempty"`
	// Import has the patterns of the IDs that an import accepts, in the order in which they are tried.
	Import []string `json:"import,omitempty"`
	// WithoutImport is true for types that cannot be imported.
	WithoutImport bool `json:"withoutImport,omitempty"`
	// Creation says what the state has of a resource whose creation begins an operation that fails: "forgotten", or "kept".
	Creation string `json:"creation,omitempty"`
	// SchemaVersion is that of the resource's state, from which a later version of the provider upgrades it.
	SchemaVersion int `json:"schemaVersion,omitempty"`
}

// codeFields are the fields of resources and properties that hold functions.
var codeFields = []string{"CustomizeDiff", "DiffSuppressFunc", "StateFunc", "ValidateFunc", "ValidateDiagFunc"}

// combined are functions that only combine others.
var combined = []string{"customdiff.All", "customdiff.Sequence", "validation.All", "validation.ToDiagFunc", "validation.AllDiag"}

// codeOf returns the names of the functions that an expression combines.
func (e *Evaluator) codeOf(expression ast.Expr) []string {
	switch x := expression.(type) {
	case *ast.CallExpr:
		name := nameOf(x.Fun)
		if slices.Contains(combined, name) {
			found := []string{}
			for _, argument := range x.Args {
				found = append(found, e.codeOf(argument)...)
			}
			return found
		}
		return []string{fmt.Sprintf("%s(%s)", name, strings.Join(e.constantsOf(x.Args), ", "))}
	case *ast.FuncLit:
		position := e.source.files.Position(x.Pos())
		return []string{e.below(position.Filename) + ":" + strconv.Itoa(position.Line)}
	}
	return []string{nameOf(expression)}
}

// below returns the path of a file below google-beta.
func (e *Evaluator) below(file string) string {
	return strings.TrimPrefix(file, e.source.folder+"/google-beta/")
}

// constantsOf returns the arguments that tell calls apart: texts, numbers, and the names of functions.
func (e *Evaluator) constantsOf(arguments []ast.Expr) []string {
	found := []string{}
	for _, argument := range arguments {
		switch x := argument.(type) {
		case *ast.BasicLit:
			if x.Kind != token.STRING || len(x.Value) < 60 {
				found = append(found, x.Value)
			}
		case *ast.Ident, *ast.SelectorExpr:
			found = append(found, nameOf(x))
		case *ast.CallExpr:
			found = append(found, e.codeOf(x)...)
		}
	}
	return found
}

func nameOf(expression ast.Expr) string {
	switch x := expression.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return nameOf(x.X) + "." + x.Sel.Name
	case *ast.CallExpr:
		return nameOf(x.Fun) + "()"
	}
	return "?"
}

// isGeneral says whether a validator is one of those for all services, which accept a range, a pattern or a list.
func isGeneral(name string) bool {
	return strings.HasPrefix(name, "validation.") || strings.HasPrefix(name, "verify.")
}

// collect adds the functions of a property and those below it.
func (c *Code) collect(path string, properties map[string]*Property) {
	for name, property := range properties {
		at := path + name
		for field, names := range property.code {
			switch field {
			case "DiffSuppressFunc":
				c.Suppress[at] = strings.Join(names, ", ")
			case "StateFunc":
				c.State[at] = strings.Join(names, ", ")
			default:
				if own := slices.DeleteFunc(slices.Clone(names), isGeneral); len(own) > 0 {
					c.Validate[at] = append(c.Validate[at], own...)
				}
			}
		}
		c.collect(at+".", property.Fields)
	}
}

// schemaVersionOf returns the version of the state of the resource that a file of the checkout declares first; its earlier ones follow.
func schemaVersionOf(source *Source, file string) (int, error) {
	if file == "" {
		return 0, nil
	}
	parsed, err := source.syntax(file)
	if err != nil {
		return 0, err
	}
	version := 0
	ast.Inspect(parsed, func(node ast.Node) bool {
		pair, ok := node.(*ast.KeyValueExpr)
		if literal, isLiteral := valueOf(pair, ok); isLiteral && version == 0 {
			version, err = strconv.Atoi(literal)
		}
		return version == 0
	})
	return version, err
}

// valueOf returns the literal of a field SchemaVersion.
func valueOf(pair *ast.KeyValueExpr, ok bool) (string, bool) {
	if !ok || nameOf(pair.Key) != "SchemaVersion" {
		return "", false
	}
	literal, ok := pair.Value.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	return literal.Value, true
}

// writeCode writes the functions of types: those of the file, if it exists, and of these tokens.
func writeCode(file string, source *Source, schema *Schema, provider *Provider, tokens []string) error {
	found := map[string]*Code{}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &found); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, token := range tokens {
		found[token] = nil
	}
	lines := []string{}
	for _, token := range slices.Sorted(maps.Keys(found)) {
		typ, ok := schema.Resources[token]
		if !ok {
			return fmt.Errorf("%s: there is no such type", token)
		}
		plan := provider.plans[strings.TrimSuffix(typ.Terraform, "_legacy")]
		formats, err := importFormats(source, plan.registered)
		if err != nil {
			return err
		}
		imported, err := hasImporter(source, plan.file)
		if err != nil {
			return err
		}
		creation, err := creationOf(source, plan.file)
		if err != nil {
			return err
		}
		version, err := schemaVersionOf(source, plan.file)
		if err != nil {
			return err
		}
		code := &Code{
			plan.file, plan.functions, map[string]string{}, map[string]string{}, map[string][]string{}, formats, !imported, creation, version,
		}
		code.collect("", typ.Properties)
		text := bytes.Buffer{}
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("    ", "    ")
		if err := encoder.Encode(code); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("    %q: %s", token, bytes.TrimSpace(text.Bytes())))
	}
	return os.WriteFile(file, []byte("{\n"+strings.Join(lines, ",\n")+"\n}\n"), 0o644)
}
