package main

import (
	"go/ast"
	"strings"
)

// creationOf says what the state has of a resource whose creation begins an operation that fails: the code in a file of the checkout forgets
// it ("forgotten") or leaves it tainted ("kept"). It returns nothing for a creation that waits for no operation.
func creationOf(source *Source, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	parsed, err := source.syntax(file)
	if err != nil {
		return "", err
	}
	create := createFunction(parsed)
	if create == nil {
		return "", nil
	}
	hasID := false
	for index, statement := range create.Body.List {
		waits := calls(statement, isWait)
		if !waits {
			hasID = hasID || calls(statement, setsID)
			continue
		}
		handler := statement
		if _, ok := statement.(*ast.IfStmt); !ok && index+1 < len(create.Body.List) {
			handler = create.Body.List[index+1]
		}
		if !hasID || forgets(handler) {
			return "forgotten", nil
		}
		return "kept", nil
	}
	return "", nil
}

// createFunction finds the function that a resource declares as its Create.
func createFunction(parsed *ast.File) *ast.FuncDecl {
	name := ""
	ast.Inspect(parsed, func(node ast.Node) bool {
		if pair, ok := node.(*ast.KeyValueExpr); ok && name == "" {
			if key := nameOf(pair.Key); key == "Create" || key == "CreateContext" {
				if _, ok := pair.Value.(*ast.Ident); ok {
					name = nameOf(pair.Value)
				}
			}
		}
		return true
	})
	for _, declaration := range parsed.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && name != "" && function.Name.Name == name {
			return function
		}
	}
	return nil
}

// forgets says whether a check of an error always clears the ID: not only if a further check finds that nothing exists.
func forgets(statement ast.Stmt) bool {
	check, ok := statement.(*ast.IfStmt)
	if !ok {
		return false
	}
	for _, each := range check.Body.List {
		if expression, ok := each.(*ast.ExprStmt); ok && calls(expression, clearsID) {
			return true
		}
	}
	return false
}

func calls(node ast.Node, is func(*ast.CallExpr) bool) bool {
	found := false
	ast.Inspect(node, func(each ast.Node) bool {
		if call, ok := each.(*ast.CallExpr); ok && is(call) {
			found = true
		}
		return !found
	})
	return found
}

func isWait(call *ast.CallExpr) bool {
	name := nameOf(call.Fun)
	return strings.Contains(name, "OperationWait") || strings.HasSuffix(name, "PollingWaitTime")
}

func clearsID(call *ast.CallExpr) bool {
	if nameOf(call.Fun) != "d.SetId" || len(call.Args) != 1 {
		return false
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	return ok && literal.Value == `""`
}

func setsID(call *ast.CallExpr) bool {
	return nameOf(call.Fun) == "d.SetId" && !clearsID(call)
}
