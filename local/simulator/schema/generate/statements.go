package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

type control int

const (
	goesOn control = iota
	returns
	breaks
	continues
	fallsThrough
)

// Frame is a running call.
type Frame struct {
	file   *File
	result any
}

func (e *Evaluator) block(frame *Frame, env *Env, statements []ast.Stmt) control {
	for _, statement := range statements {
		if next := e.statement(frame, env, statement); next != goesOn {
			return next
		}
	}
	return goesOn
}

func (e *Evaluator) statement(frame *Frame, env *Env, statement ast.Stmt) control {
	switch s := statement.(type) {
	case *ast.ExprStmt:
		e.evaluate(frame.file, env, s.X)
	case *ast.AssignStmt:
		e.assign(frame, env, s)
	case *ast.ReturnStmt:
		if len(s.Results) == 1 {
			frame.result = e.evaluate(frame.file, env, s.Results[0])
		} else if len(s.Results) > 1 {
			e.fail(s, "functions with several results are not supported")
		}
		return returns
	case *ast.BlockStmt:
		return e.block(frame, inner(env), s.List)
	case *ast.IfStmt:
		env = inner(env)
		if s.Init != nil {
			e.statement(frame, env, s.Init)
		}
		if e.truth(frame.file, env, s.Cond) {
			return e.block(frame, inner(env), s.Body.List)
		} else if s.Else != nil {
			return e.statement(frame, env, s.Else)
		}
	case *ast.RangeStmt:
		return e.forRange(frame, env, s)
	case *ast.SwitchStmt:
		return e.choose(frame, inner(env), s)
	case *ast.BranchStmt:
		switch s.Tok {
		case token.BREAK:
			return breaks
		case token.CONTINUE:
			return continues
		case token.FALLTHROUGH:
			return fallsThrough
		}
		e.fail(s, "%s is not supported", s.Tok)
	default:
		e.fail(statement, "%T is not supported", statement)
	}
	return goesOn
}

func (e *Evaluator) assign(frame *Frame, env *Env, s *ast.AssignStmt) {
	values := []any{}
	switch {
	case len(s.Rhs) == len(s.Lhs):
		for _, expression := range s.Rhs {
			values = append(values, e.evaluate(frame.file, env, expression))
		}
	case len(s.Lhs) == 2 && isOptional(s.Rhs[0]):
		value, found := e.optional(frame.file, env, s.Rhs[0])
		values = []any{value, found}
	default:
		e.fail(s, "functions with several results are not supported")
	}
	for position, target := range s.Lhs {
		if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
			e.fail(s, "%s is not supported", s.Tok)
		}
		e.store(frame, env, target, values[position], s.Tok)
	}
}

func (e *Evaluator) store(frame *Frame, env *Env, target ast.Expr, value any, how token.Token) {
	switch t := target.(type) {
	case *ast.Ident:
		if t.Name == "_" {
			return
		}
		if how == token.DEFINE {
			if _, ok := env.variables[t.Name]; !ok {
				env.set(t.Name, value)
				return
			}
		}
		if variable := env.find(t.Name); variable != nil {
			*variable = value
		} else {
			e.fail(target, "assigns to a package variable")
		}
	case *ast.SelectorExpr:
		switch object := e.evaluate(frame.file, env, t.X).(type) {
		case *Struct:
			object.fields[t.Sel.Name] = value
		default:
			e.fail(target, "assigns to a field of a %T", object)
		}
	case *ast.IndexExpr:
		key := e.evaluate(frame.file, env, t.Index)
		switch object := e.evaluate(frame.file, env, t.X).(type) {
		case *Map:
			object.entries[key] = value
		default:
			e.fail(target, "assigns to an item of a %T", object)
		}
	default:
		e.fail(target, "assigns to a %T", target)
	}
}

func (e *Evaluator) forRange(frame *Frame, env *Env, s *ast.RangeStmt) control {
	keys, values := []any{}, []any{}
	switch over := e.evaluate(frame.file, env, s.X).(type) {
	case *Map:
		keys = sortedKeys(over)
		for _, key := range keys {
			values = append(values, over.entries[key])
		}
	case *List:
		for index, item := range over.items {
			keys, values = append(keys, int64(index)), append(values, item)
		}
	case nil:
	default:
		e.fail(s, "ranges over a %T: %v", over, over)
	}
	for position, key := range keys {
		body := inner(env)
		if s.Key != nil {
			e.store(frame, body, s.Key, key, s.Tok)
		}
		if s.Value != nil {
			e.store(frame, body, s.Value, values[position], s.Tok)
		}
		if next := e.block(frame, body, s.Body.List); next == returns {
			return next
		} else if next == breaks {
			break
		}
	}
	return goesOn
}

func sortedKeys(m *Map) []any {
	return slices.SortedFunc(maps.Keys(m.entries), func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

func (e *Evaluator) choose(frame *Frame, env *Env, s *ast.SwitchStmt) control {
	if s.Init != nil {
		e.fail(s, "a switch with an init statement is not supported")
	}
	var tag any = true
	if s.Tag != nil {
		tag = e.evaluate(frame.file, env, s.Tag)
	}
	return e.clauses(frame, env, s.Body, func(option ast.Expr) bool {
		return e.isTrue(option, e.operate(option, token.EQL, tag, e.evaluate(frame.file, env, option)))
	})
}

func (e *Evaluator) clauses(frame *Frame, env *Env, body *ast.BlockStmt, matches func(ast.Expr) bool) control {
	chosen := -1
	for index, statement := range body.List {
		clause := statement.(*ast.CaseClause)
		if clause.List == nil {
			if chosen < 0 {
				chosen = index
			}
		} else if slices.ContainsFunc(clause.List, matches) {
			chosen = index
			break
		}
	}
	for index := chosen; index >= 0 && index < len(body.List); index++ {
		switch next := e.block(frame, inner(env), body.List[index].(*ast.CaseClause).Body); next {
		case fallsThrough:
			continue
		case breaks:
			return goesOn
		default:
			return next
		}
	}
	return goesOn
}
