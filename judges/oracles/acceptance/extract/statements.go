package main

import (
	"go/ast"
	"go/token"
)

// frame is a call: its result, and why its statements end.
type frame struct {
	file    *File
	results *ast.FieldList
	env     *Env
	result  any
	end     token.Token // RETURN, BREAK, CONTINUE or FALLTHROUGH
	label   string
}

func (in *Interpreter) block(f *frame, env *Env, statements []ast.Stmt) {
	for _, statement := range statements {
		in.statement(f, env, statement, "")
		if f.end != token.ILLEGAL {
			return
		}
	}
}

func (in *Interpreter) statement(f *frame, env *Env, statement ast.Stmt, label string) {
	in.steps++
	if in.steps > 5_000_000 {
		in.fail(statement, "an endless loop")
	}
	switch s := statement.(type) {
	case *ast.ExprStmt:
		in.eval(f.file, env, s.X)
	case *ast.AssignStmt:
		in.assign(f, env, s)
	case *ast.DeclStmt:
		in.declare(f, env, s.Decl.(*ast.GenDecl))
	case *ast.ReturnStmt:
		in.results(f, env, s)
	case *ast.BlockStmt:
		in.block(f, inner(env), s.List)
	case *ast.IfStmt:
		env = inner(env)
		if s.Init != nil {
			in.statement(f, env, s.Init, "")
		}
		if in.condition(f, env, s.Cond) {
			in.block(f, inner(env), s.Body.List)
		} else if s.Else != nil {
			in.statement(f, env, s.Else, "")
		}
	case *ast.ForStmt:
		in.loop(f, inner(env), s, label)
	case *ast.RangeStmt:
		in.ranged(f, env, s, label)
	case *ast.SwitchStmt:
		in.choose(f, inner(env), s)
	case *ast.TypeSwitchStmt:
		in.fail(s, "a type switch")
	case *ast.IncDecStmt:
		change := int64(1)
		if s.Tok == token.DEC {
			change = -1
		}
		if number, ok := in.eval(f.file, env, s.X).(int64); ok {
			in.store(f, env, s.X, number+change)
		}
	case *ast.BranchStmt:
		f.end = s.Tok
		if s.Label != nil {
			f.label = s.Label.Name
		}
	case *ast.LabeledStmt:
		in.statement(f, env, s.Stmt, s.Label.Name)
	case *ast.DeferStmt, *ast.EmptyStmt:
		// What is deferred cleans up.
	default:
		in.fail(s, "a statement %T", s)
	}
}

func (in *Interpreter) results(f *frame, env *Env, s *ast.ReturnStmt) {
	f.end = token.RETURN
	switch {
	case len(s.Results) == 0:
		found := Tuple{}
		if f.results != nil {
			for _, field := range f.results.List {
				for _, name := range field.Names {
					found = append(found, *f.env.find(name.Name))
				}
			}
		}
		f.result = single(found)
	case len(s.Results) == 1:
		f.result = in.eval(f.file, env, s.Results[0])
	default:
		found := Tuple{}
		for _, each := range s.Results {
			found = append(found, in.eval(f.file, env, each))
		}
		f.result = found
	}
}

func single(values Tuple) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	return values
}

func (in *Interpreter) declare(f *frame, env *Env, d *ast.GenDecl) {
	for position, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			env.set(s.Name.Name, &Type{s.Type, f.file})
		case *ast.ValueSpec:
			env.set("iota", int64(position))
			values := in.values(f, env, s.Values, len(s.Names))
			for i, name := range s.Names {
				if i < len(values) {
					env.set(name.Name, values[i])
				} else {
					env.set(name.Name, in.zero(f.file, env, s.Type))
				}
			}
		}
	}
}

// values evaluates expressions, of which one can have several results.
func (in *Interpreter) values(f *frame, env *Env, expressions []ast.Expr, count int) []any {
	if len(expressions) == 1 && count > 1 {
		return in.several(f, env, expressions[0], count)
	}
	found := []any{}
	for _, each := range expressions {
		found = append(found, in.eval(f.file, env, each))
	}
	return found
}

func (in *Interpreter) several(f *frame, env *Env, expression ast.Expr, count int) []any {
	switch x := expression.(type) {
	case *ast.IndexExpr:
		if m, ok := in.eval(f.file, env, x.X).(*Map); ok {
			key := in.eval(f.file, env, x.Index)
			if value, ok := m.entries[key]; ok {
				return []any{value, true}
			}
			return []any{in.zero(f.file, env, m.elem), false}
		}
	case *ast.TypeAssertExpr:
		value := in.eval(f.file, env, x.X)
		if u, ok := value.(*Unknown); ok {
			return []any{u, u}
		}
		return []any{value, value != nil}
	}
	switch value := in.eval(f.file, env, expression).(type) {
	case Tuple:
		return value
	case *Unknown:
		found := []any{}
		for range count {
			found = append(found, value)
		}
		return found
	default:
		return []any{value, nil}
	}
}

func (in *Interpreter) assign(f *frame, env *Env, s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		operator := s.Tok - token.ADD_ASSIGN + token.ADD
		value := in.binary(s, operator, in.eval(f.file, env, s.Lhs[0]), in.eval(f.file, env, s.Rhs[0]))
		in.store(f, env, s.Lhs[0], value)
		return
	}
	values := in.values(f, env, s.Rhs, len(s.Lhs))
	for i, target := range s.Lhs {
		var value any
		if i < len(values) {
			value = values[i]
		}
		name, isName := target.(*ast.Ident)
		if s.Tok == token.DEFINE && isName {
			if _, isHere := env.variables[name.Name]; !isHere {
				env.set(name.Name, value)
				continue
			}
		}
		in.store(f, env, target, value)
	}
}

func (in *Interpreter) store(f *frame, env *Env, target ast.Expr, value any) {
	switch t := target.(type) {
	case *ast.Ident:
		if found := env.find(t.Name); found != nil {
			*found = value
		} else if declared := f.file.pkg.values[t.Name]; declared != nil {
			declared.done, declared.value = true, value
		}
	case *ast.IndexExpr:
		container, key := in.eval(f.file, env, t.X), in.eval(f.file, env, t.Index)
		switch c := container.(type) {
		case *Map:
			c.entries[key] = value
		case *List:
			if i, ok := key.(int64); ok && int(i) < len(c.items) {
				c.items[i] = value
			}
		}
	case *ast.SelectorExpr:
		if s, ok := in.eval(f.file, env, t.X).(*Struct); ok {
			s.fields[t.Sel.Name] = value
		}
	case *ast.StarExpr:
		switch pointer := in.eval(f.file, env, t.X).(type) {
		case *Ref:
			*pointer.to = value
		case *Struct:
			if from, ok := value.(*Struct); ok {
				*pointer = *from
			}
		}
	case *ast.ParenExpr:
		in.store(f, env, t.X, value)
	default:
		in.fail(target, "an assignment to %T", target)
	}
}

// condition evaluates a condition. Calls that cannot be computed succeed: their errors are nil, and what they return is not.
func (in *Interpreter) condition(f *frame, env *Env, expression ast.Expr) bool {
	switch value := in.eval(f.file, env, expression).(type) {
	case bool:
		return value
	case *Unknown:
		in.fail(expression, "a condition depends on %s", value.text)
	}
	in.fail(expression, "a condition that is not a boolean")
	return false
}

// ended says whether a loop ends, after its body.
func ended(f *frame, label string) bool {
	if f.end == token.ILLEGAL {
		return false
	}
	isOwn := f.label == "" || f.label == label
	end := f.end
	if isOwn && (end == token.BREAK || end == token.CONTINUE) {
		f.end, f.label = token.ILLEGAL, ""
		return end == token.BREAK
	}
	return true
}

func (in *Interpreter) loop(f *frame, env *Env, s *ast.ForStmt, label string) {
	if s.Init != nil {
		in.statement(f, env, s.Init, "")
	}
	for s.Cond == nil || in.condition(f, env, s.Cond) {
		in.block(f, inner(env), s.Body.List)
		if ended(f, label) {
			return
		}
		if s.Post != nil {
			in.statement(f, env, s.Post, "")
		}
	}
}

func (in *Interpreter) ranged(f *frame, env *Env, s *ast.RangeStmt, label string) {
	keys, values := []any{}, []any{}
	switch over := in.eval(f.file, env, s.X).(type) {
	case nil:
	case *List:
		for i, item := range over.items {
			keys, values = append(keys, int64(i)), append(values, item)
		}
	case *Map:
		for _, key := range over.keys() {
			keys, values = append(keys, key), append(values, over.entries[key])
		}
	case string:
		for i, character := range over {
			keys, values = append(keys, int64(i)), append(values, int64(character))
		}
	case int64:
		for i := range over {
			keys, values = append(keys, i), append(values, nil)
		}
	case *Unknown:
		in.fail(s, "a loop over %s", over.text)
	default:
		in.fail(s, "a loop over %T", over)
	}
	for i := range keys {
		around := inner(env)
		for _, each := range []struct {
			target ast.Expr
			value  any
		}{{s.Key, keys[i]}, {s.Value, values[i]}} {
			if name, ok := each.target.(*ast.Ident); ok && s.Tok == token.DEFINE {
				around.set(name.Name, each.value)
			} else if each.target != nil {
				in.store(f, env, each.target, each.value)
			}
		}
		in.block(f, around, s.Body.List)
		if ended(f, label) {
			return
		}
	}
}

func (in *Interpreter) choose(f *frame, env *Env, s *ast.SwitchStmt) {
	if s.Init != nil {
		in.statement(f, env, s.Init, "")
	}
	var tag any = true
	if s.Tag != nil {
		tag = in.eval(f.file, env, s.Tag)
	}
	var chosen, otherwise *ast.CaseClause
	for _, statement := range s.Body.List {
		clause := statement.(*ast.CaseClause)
		if clause.List == nil {
			otherwise = clause
		}
		for _, each := range clause.List {
			value := in.binary(each, token.EQL, tag, in.eval(f.file, env, each))
			if unknown, ok := value.(*Unknown); ok {
				in.fail(each, "a condition depends on %s", unknown.text)
			}
			if value == true && chosen == nil {
				chosen = clause
			}
		}
	}
	if chosen == nil {
		chosen = otherwise
	}
	if chosen != nil {
		in.block(f, inner(env), chosen.Body)
	}
	if f.end == token.BREAK && f.label == "" {
		f.end = token.ILLEGAL
	}
	if f.end == token.FALLTHROUGH {
		in.fail(s, "fallthrough")
	}
}
