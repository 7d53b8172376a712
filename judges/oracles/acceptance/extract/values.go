package main

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// The interpreter runs the test functions up to the call that starts an acceptance test, from their source. Values are nil, bool, int64,
// float64, string, values of the standard library and the types below. What needs Google Cloud or is not in the checkout is Unknown, which
// is an obstacle only where a configuration or a decision depends on it.
type (
	// Struct is a struct or a pointer to it.
	Struct struct {
		typ    string
		pkg    *Package // declares the type
		fields map[string]any
	}
	// Map is a map, with the type of its elements.
	Map struct {
		entries map[any]any
		elem    ast.Expr
	}
	// List is a slice or an array.
	List struct{ items []any }
	// Func is a function, with the variables around it.
	Func struct {
		name     string
		typ      *ast.FuncType
		body     *ast.BlockStmt
		env      *Env
		file     *File
		receiver string
		self     any
	}
	// Native is a function of this program. The receiver of a method is bound.
	Native func(in *Interpreter, at ast.Node, arguments []any) any
	// Ref is a pointer to a variable.
	Ref struct{ to *any }
	// Tuple is what a function with several results returns.
	Tuple []any
	// Import is the name of a package.
	Import struct{ path string }
	// Type is a type that is used as a function, to convert.
	Type struct {
		expr ast.Expr
		file *File
	}
	// Unknown is a value that cannot be computed. For the result of a call, fun and arguments say of which.
	Unknown struct {
		text      string
		fun       string
		arguments []any
	}
)

func (u *Unknown) String() string { return u.text }

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

// keys returns the keys of a map in an order that is always the same.
func (m *Map) keys() []any {
	return slices.SortedFunc(maps.Keys(m.entries), func(a, b any) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
}

// unknownIn returns an unknown value in a value, or nil.
func unknownIn(value any) *Unknown {
	switch v := value.(type) {
	case *Unknown:
		return v
	case *List:
		for _, item := range v.items {
			if found := unknownIn(item); found != nil {
				return found
			}
		}
	case *Map:
		for _, key := range v.keys() {
			if found := unknownIn(v.entries[key]); found != nil {
				return found
			}
		}
	}
	return nil
}

// plain converts a value to one of Go, to print it.
func plain(value any) any {
	switch v := value.(type) {
	case *List:
		found := []any{}
		for _, item := range v.items {
			found = append(found, plain(item))
		}
		return found
	case *Map:
		found := map[any]any{}
		for key, item := range v.entries {
			found[key] = plain(item)
		}
		return found
	case *Ref:
		return plain(*v.to)
	}
	return value
}

// unsupported is raised by source that the interpreter does not know, skipped by a test that skips itself.
type (
	unsupported struct{ at, reason string }
	skipped     struct{ reason string }
	stopped     struct{ reason string }
)
