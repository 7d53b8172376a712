package main

import (
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// eval evaluates an expression.
func (in *Interpreter) eval(file *File, env *Env, expression ast.Expr) any {
	switch x := expression.(type) {
	case *ast.BasicLit:
		return in.literal(x)
	case *ast.Ident:
		return in.name(file, env, x)
	case *ast.ParenExpr:
		return in.eval(file, env, x.X)
	case *ast.BinaryExpr:
		return in.operation(file, env, x)
	case *ast.UnaryExpr:
		return in.unary(file, env, x)
	case *ast.StarExpr:
		if ref, ok := in.eval(file, env, x.X).(*Ref); ok {
			return *ref.to
		}
		return in.eval(file, env, x.X)
	case *ast.CallExpr:
		return in.call(file, env, x)
	case *ast.FuncLit:
		return &Func{"", x.Type, x.Body, env, file, "", nil}
	case *ast.CompositeLit:
		return in.composite(file, env, x, x.Type, file)
	case *ast.SelectorExpr:
		return in.selector(file, env, x)
	case *ast.IndexExpr:
		return in.index(file, env, x)
	case *ast.SliceExpr:
		return in.slice(file, env, x)
	case *ast.TypeAssertExpr:
		return in.eval(file, env, x.X)
	case *ast.ArrayType, *ast.MapType, *ast.FuncType, *ast.InterfaceType, *ast.StructType:
		return &Type{expression, file}
	}
	in.fail(expression, "an expression %T", expression)
	return nil
}

func (in *Interpreter) literal(x *ast.BasicLit) any {
	switch x.Kind {
	case token.STRING:
		text, _ := strconv.Unquote(x.Value)
		return text
	case token.INT:
		number, _ := strconv.ParseInt(x.Value, 0, 64)
		return number
	case token.FLOAT:
		number, _ := strconv.ParseFloat(x.Value, 64)
		return number
	case token.CHAR:
		character, _, _, _ := strconv.UnquoteChar(x.Value[1:], '\'')
		return int64(character)
	}
	in.fail(x, "a literal %s", x.Value)
	return nil
}

var predeclared = map[string]any{"true": true, "false": false, "nil": nil}

func (in *Interpreter) name(file *File, env *Env, x *ast.Ident) any {
	if found := env.find(x.Name); found != nil {
		return *found
	}
	if found := file.pkg.values[x.Name]; found != nil {
		return in.global(found)
	}
	if found := in.function(file.pkg, x.Name); found != nil {
		return found
	}
	if found := file.pkg.types[x.Name]; found != nil {
		return &Type{x, file}
	}
	if importPath, ok := file.imports[x.Name]; ok {
		return &Import{importPath}
	}
	if value, ok := predeclared[x.Name]; ok {
		return value
	}
	if builtin, ok := builtins[x.Name]; ok {
		return builtin
	}
	if strings.Contains(" string int int32 int64 uint float64 bool byte rune any error ", " "+x.Name+" ") {
		return &Type{x, file}
	}
	return &Unknown{text: x.Name}
}

// function returns a function of a package: one of this program, if it replaces it.
func (in *Interpreter) function(pkg *Package, name string) any {
	if native, ok := natives[module+pkg.folder+"."+name]; ok {
		return native
	}
	if declared := pkg.funcs[name]; declared != nil {
		return &Func{name, declared.decl.Type, declared.decl.Body, &Env{map[string]*any{}, nil}, declared.file, "", nil}
	}
	return nil
}

// global evaluates a variable or constant of a package when it is needed.
func (in *Interpreter) global(d *DeclaredValue) any {
	if d.done {
		return d.value
	}
	if d.evaluating {
		return &Unknown{text: "a circle"}
	}
	d.evaluating = true
	env := &Env{map[string]*any{}, nil}
	env.set("iota", d.iota)
	if d.expr == nil {
		d.value = in.zero(d.file, env, d.typ)
	} else {
		d.value = in.attempt(func() any { return in.eval(d.file, env, d.expr) })
		if values, ok := d.value.(Tuple); ok && d.position < len(values) {
			d.value = values[d.position]
		}
	}
	d.done, d.evaluating = true, false
	return d.value
}

func (in *Interpreter) selector(file *File, env *Env, x *ast.SelectorExpr) any {
	name := x.Sel.Name
	switch of := in.eval(file, env, x.X).(type) {
	case *Import:
		return in.exported(of.path, name)
	case *Struct:
		return in.field(of, name)
	case *Unknown:
		return &Unknown{text: of.text + "." + name, fun: of.fun}
	case *Ref:
		if s, ok := (*of.to).(*Struct); ok {
			return in.field(s, name)
		}
		return &Unknown{text: name}
	case nil:
		return &Unknown{text: "nil." + name}
	default:
		return nativeMember(of, name)
	}
}

// exported returns what another package exports.
func (in *Interpreter) exported(importPath, name string) any {
	if native, ok := natives[importPath+"."+name]; ok {
		return native
	}
	if pkg := in.source.Imported(importPath); pkg != nil && !opaque[strings.TrimPrefix(importPath, module)] {
		if found := pkg.values[name]; found != nil {
			return in.global(found)
		}
		if found := in.function(pkg, name); found != nil {
			return found
		}
		if found := pkg.types[name]; found != nil {
			return &Type{&ast.Ident{Name: name}, found.file}
		}
	}
	base := importPath[strings.LastIndex(importPath, "/")+1:]
	return &Unknown{text: base + "." + name, fun: base + "." + name}
}

// field returns a field of a struct, also of an embedded one, or a method.
func (in *Interpreter) field(s *Struct, name string) any {
	if value, ok := s.fields[name]; ok {
		return value
	}
	if native, ok := methods[s.typ+"."+name]; ok {
		return Native(func(in *Interpreter, at ast.Node, arguments []any) any {
			return native(in, at, append([]any{s}, arguments...))
		})
	}
	if s.pkg == nil {
		return in.embedded(s, name)
	}
	if declared := s.pkg.methods[s.typ+"."+name]; declared != nil {
		receiver := ""
		if names := declared.decl.Recv.List[0].Names; len(names) > 0 {
			receiver = names[0].Name
		}
		return &Func{name, declared.decl.Type, declared.decl.Body, &Env{map[string]*any{}, nil}, declared.file, receiver, s}
	}
	if typ, ok := s.pkg.types[s.typ]; ok {
		if expr, ok := typ.expr.(*ast.StructType); ok {
			for _, field := range expr.Fields.List {
				for _, each := range field.Names {
					if each.Name == name {
						return in.zero(typ.file, &Env{map[string]*any{}, nil}, field.Type)
					}
				}
			}
		}
	}
	return in.embedded(s, name)
}

func (in *Interpreter) embedded(s *Struct, name string) any {
	for _, value := range s.fields {
		if embedded, ok := value.(*Struct); ok {
			if found, ok := embedded.fields[name]; ok {
				return found
			}
		}
	}
	return &Unknown{text: s.typ + "." + name}
}

func (in *Interpreter) index(file *File, env *Env, x *ast.IndexExpr) any {
	of, key := in.eval(file, env, x.X), in.eval(file, env, x.Index)
	if u := unknownIn(key); u != nil {
		return u
	}
	switch v := of.(type) {
	case *Map:
		if value, ok := v.entries[key]; ok {
			return value
		}
		return in.zero(file, env, v.elem)
	case *List:
		if i, ok := key.(int64); ok && i >= 0 && int(i) < len(v.items) {
			return v.items[i]
		}
		in.fail(x, "an index out of range")
	case string:
		if i, ok := key.(int64); ok && i >= 0 && int(i) < len(v) {
			return int64(v[i])
		}
		in.fail(x, "an index out of range")
	case *Unknown:
		return &Unknown{text: v.text + "[…]"}
	case *Func:
		return v // the type arguments of a generic function
	}
	return &Unknown{text: "an item of nothing"}
}

func (in *Interpreter) slice(file *File, env *Env, x *ast.SliceExpr) any {
	of := in.eval(file, env, x.X)
	bound := func(expression ast.Expr, otherwise int) int {
		if expression == nil {
			return otherwise
		}
		if number, ok := in.eval(file, env, expression).(int64); ok && number >= 0 && int(number) <= otherwise {
			return int(number)
		}
		in.fail(x, "a slice out of range")
		return 0
	}
	low := func() int {
		if x.Low == nil {
			return 0
		}
		return bound(x.Low, 1<<30)
	}
	switch v := of.(type) {
	case string:
		high := bound(x.High, len(v))
		return v[min(low(), high):high]
	case *List:
		high := bound(x.High, len(v.items))
		return &List{v.items[min(low(), high):high]}
	}
	return &Unknown{text: "a slice"}
}

func (in *Interpreter) unary(file *File, env *Env, x *ast.UnaryExpr) any {
	if x.Op == token.AND {
		if name, ok := x.X.(*ast.Ident); ok {
			if found := env.find(name.Name); found != nil {
				if s, isStruct := (*found).(*Struct); isStruct {
					return s
				}
				return &Ref{found}
			}
		}
		return in.eval(file, env, x.X)
	}
	switch value := in.eval(file, env, x.X).(type) {
	case bool:
		return !value
	case int64:
		if x.Op == token.SUB {
			return -value
		}
	case float64:
		if x.Op == token.SUB {
			return -value
		}
	case *Unknown:
		return value
	}
	in.fail(x, "an operation %s", x.Op)
	return nil
}

func (in *Interpreter) operation(file *File, env *Env, x *ast.BinaryExpr) any {
	left := in.eval(file, env, x.X)
	if x.Op == token.LAND && left == false {
		return false
	}
	if x.Op == token.LOR && left == true {
		return true
	}
	right := in.eval(file, env, x.Y)
	// A call that cannot be computed succeeds: what it returns is not nil, but its error is.
	if u, ok := left.(*Unknown); ok && right == nil && (x.Op == token.EQL || x.Op == token.NEQ) {
		name, isName := x.X.(*ast.Ident)
		isError := isName && strings.HasPrefix(strings.ToLower(name.Name), "err") || u.text == "error"
		return isError == (x.Op == token.EQL)
	}
	return in.binary(x, x.Op, left, right)
}

func (in *Interpreter) binary(at ast.Node, operator token.Token, left, right any) any {
	for _, each := range []any{left, right} {
		if u, ok := each.(*Unknown); ok {
			return u
		}
	}
	switch operator {
	case token.EQL, token.NEQ:
		isEqual := left == right
		if comparable := left == nil || reflect.TypeOf(left).Comparable(); !comparable {
			isEqual = reflect.DeepEqual(left, right)
		}
		return isEqual == (operator == token.EQL)
	case token.LAND, token.LOR:
		return right
	}
	switch l := left.(type) {
	case string:
		if r, ok := right.(string); ok {
			return compared(operator, l, r, func() any { return l + r })
		}
	case int64:
		switch r := right.(type) {
		case int64:
			return compared(operator, l, r, func() any { return arithmetic(operator, l, r) })
		case float64:
			return compared(operator, float64(l), r, func() any { return floating(operator, float64(l), r) })
		}
	case float64:
		r, ok := right.(float64)
		if number, isInt := right.(int64); isInt {
			r, ok = float64(number), true
		}
		if ok {
			return compared(operator, l, r, func() any { return floating(operator, l, r) })
		}
	}
	in.fail(at, "an operation %T %s %T", left, operator, right)
	return nil
}

func compared[T string | int64 | float64](operator token.Token, l, r T, otherwise func() any) any {
	switch operator {
	case token.LSS:
		return l < r
	case token.GTR:
		return l > r
	case token.LEQ:
		return l <= r
	case token.GEQ:
		return l >= r
	}
	return otherwise()
}

func arithmetic(operator token.Token, l, r int64) any {
	switch {
	case operator == token.ADD:
		return l + r
	case operator == token.SUB:
		return l - r
	case operator == token.MUL:
		return l * r
	case operator == token.QUO && r != 0:
		return l / r
	case operator == token.REM && r != 0:
		return l % r
	case operator == token.OR:
		return l | r
	case operator == token.AND:
		return l & r
	case operator == token.SHL:
		return l << r
	}
	return &Unknown{text: "an operation " + operator.String()}
}

func floating(operator token.Token, l, r float64) any {
	switch operator {
	case token.ADD:
		return l + r
	case token.SUB:
		return l - r
	case token.MUL:
		return l * r
	case token.QUO:
		return l / r
	}
	return &Unknown{text: "an operation " + operator.String()}
}
