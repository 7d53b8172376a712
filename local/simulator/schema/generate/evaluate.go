package main

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// The evaluator computes what functions such as ResourcePubsubTopic return, from their source. It supports only the parts of Go that
// schemas are written with. Values from packages outside of the checkout are Unknown. Syntax that is not supported, and a condition
// that depends on an unknown value, are failures, so that nothing is left out silently.
//
// Values are nil, bool, int64, float64, string, *Validator and the types below.
type (
	// Struct is a struct or a pointer to it.
	Struct struct {
		typ    string
		fields map[string]any
		file   *File // declares the methods
		// code has the names of functions in fields such as DiffSuppressFunc, at is where the literal is.
		code map[string][]string
		at   string
	}
	// Map is a map.
	Map struct{ entries map[any]any }
	// List is a slice or an array.
	List struct{ items []any }
	// Func is a function of the checkout, with the variables around it.
	Func struct {
		name     string // such as verify.ValidateGCEName; empty for function literals
		typ      *ast.FuncType
		body     *ast.BlockStmt
		env      *Env
		file     *File
		receiver string
		self     any
	}
	// Symbol is a name from a package outside of the checkout, such as schema.TypeString. Symbols can be compared.
	Symbol string
	// Unknown is a value that cannot be computed; the text says what it is.
	Unknown string
)

// Env holds the variables of a block.
type Env struct {
	variables map[string]*any
	outer     *Env
}

func (e *Env) find(name string) *any {
	for ; e != nil; e = e.outer {
		if found, ok := e.variables[name]; ok {
			return found
		}
	}
	return nil
}

func (e *Env) set(name string, value any) {
	if name != "_" {
		e.variables[name] = &value
	}
}

func inner(outer *Env) *Env { return &Env{map[string]*any{}, outer} }

// failure is raised by source that cannot be evaluated.
type failure struct{ at, reason string }

func (f failure) String() string { return f.at + ": " + f.reason }

// Evaluator evaluates the source of one checkout.
type Evaluator struct {
	source *Source
	depth  int
	// constants from packages outside of the checkout, by "path.Name".
	constants map[string]any
	// functions that are replaced, by "path.Name".
	functions map[string]func(arguments []any) any
	// methods that are replaced, by type and name, such as "registry.Schema.Register".
	methods map[string]func(object *Struct)
}

func (e *Evaluator) fail(node ast.Node, format string, arguments ...any) {
	position := e.source.files.Position(node.Pos())
	panic(failure{fmt.Sprintf("%s:%d", strings.TrimPrefix(position.Filename, e.source.folder+"/"), position.Line), fmt.Sprintf(format, arguments...)})
}

// Call evaluates a function of the checkout.
func (e *Evaluator) Call(at ast.Node, f *Func, arguments []any, spread bool) any {
	e.depth++
	defer func() { e.depth-- }()
	if e.depth > 200 {
		e.fail(at, "the recursion is too deep")
	}
	env := inner(f.env)
	if f.receiver != "" {
		env.set(f.receiver, f.self)
	}
	position := 0
	for _, field := range f.typ.Params.List {
		_, isVariadic := field.Type.(*ast.Ellipsis)
		for _, name := range field.Names {
			switch {
			case isVariadic && spread:
				env.set(name.Name, argument(arguments, position))
			case isVariadic:
				env.set(name.Name, &List{slices.Clone(arguments[min(position, len(arguments)):])})
			default:
				env.set(name.Name, argument(arguments, position))
			}
			position++
		}
	}
	frame := &Frame{file: f.file}
	e.block(frame, env, f.body.List)
	return frame.result
}

func argument(arguments []any, position int) any {
	if position < len(arguments) {
		return arguments[position]
	}
	return Unknown("a missing argument")
}
