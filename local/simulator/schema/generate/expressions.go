package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

func (e *Evaluator) truth(file *File, env *Env, condition ast.Expr) bool {
	return e.isTrue(condition, e.evaluate(file, env, condition))
}

func (e *Evaluator) isTrue(at ast.Node, value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case nil:
		return false
	}
	e.fail(at, "the condition depends on an unknown value: %v", value)
	return false
}

func (e *Evaluator) evaluate(file *File, env *Env, expression ast.Expr) any {
	switch x := expression.(type) {
	case *ast.BasicLit:
		return e.literal(x)
	case *ast.Ident:
		return e.name(file, env, x)
	case *ast.ParenExpr:
		return e.evaluate(file, env, x.X)
	case *ast.CompositeLit:
		return e.composite(file, env, x, x.Type, file)
	case *ast.FuncLit:
		return &Func{typ: x.Type, body: x.Body, env: env, file: file}
	case *ast.UnaryExpr:
		return e.unary(file, env, x)
	case *ast.StarExpr:
		if object, ok := e.evaluate(file, env, x.X).(*Struct); ok {
			return &Struct{object.typ, maps.Clone(object.fields), object.file, object.code, object.at}
		}
		return Unknown("the target of a pointer")
	case *ast.BinaryExpr:
		return e.binary(file, env, x)
	case *ast.SelectorExpr:
		return e.selector(file, env, x)
	case *ast.IndexExpr, *ast.TypeAssertExpr:
		value, _ := e.optional(file, env, x)
		return value
	case *ast.CallExpr:
		return e.call(file, env, x)
	}
	e.fail(expression, "%T is not supported", expression)
	return nil
}

func (e *Evaluator) literal(x *ast.BasicLit) any {
	switch x.Kind {
	case token.STRING:
		if value, err := strconv.Unquote(x.Value); err == nil {
			return value
		}
	case token.INT:
		if value, err := strconv.ParseInt(strings.ReplaceAll(x.Value, "_", ""), 0, 64); err == nil {
			return value
		}
	case token.FLOAT:
		if value, err := strconv.ParseFloat(x.Value, 64); err == nil {
			return value
		}
	}
	return Unknown("the literal " + x.Value)
}

func (e *Evaluator) name(file *File, env *Env, x *ast.Ident) any {
	if variable := env.find(x.Name); variable != nil {
		return *variable
	}
	switch x.Name {
	case "true":
		return true
	case "false":
		return false
	case "nil":
		return nil
	}
	if value, ok := e.member(file.pkg, x.Name); ok {
		return value
	}
	return Unknown("the name " + x.Name)
}

// member returns a function, a variable or a constant of a package of the checkout.
func (e *Evaluator) member(pkg *Package, name string) (any, bool) {
	if known, ok := e.functions[pkg.path+"."+name]; ok {
		return known, true
	}
	if declared, ok := pkg.functions[name]; ok {
		return &Func{name: baseName(pkg.path) + "." + name, typ: declared.function.Type, body: declared.function.Body, file: declared.file}, true
	}
	value, ok := pkg.values[name]
	if !ok {
		return nil, false
	}
	if value.state == isBeingRead {
		return Unknown("a variable that depends on itself"), true
	}
	if value.state == isUnread {
		value.state = isBeingRead
		defer func() { value.state = isRead }()
		value.value = Unknown("the variable " + name + ", which cannot be evaluated")
		env := inner(nil)
		env.set("iota", value.iota)
		value.value = e.evaluate(value.file, env, value.expression)
	}
	return value.value, true
}

func (e *Evaluator) unary(file *File, env *Env, x *ast.UnaryExpr) any {
	value := e.evaluate(file, env, x.X)
	switch v := value.(type) {
	case bool:
		if x.Op == token.NOT {
			return !v
		}
	case nil:
		if x.Op == token.NOT {
			return true
		}
	case int64:
		if x.Op == token.SUB {
			return -v
		}
	}
	if x.Op == token.AND {
		return value
	}
	return Unknown("an operation on an unknown value")
}

func (e *Evaluator) binary(file *File, env *Env, x *ast.BinaryExpr) any {
	left := e.evaluate(file, env, x.X)
	if known, ok := left.(bool); ok && (x.Op == token.LAND && !known || x.Op == token.LOR && known) {
		return known
	}
	return e.operate(x, x.Op, left, e.evaluate(file, env, x.Y))
}

func (e *Evaluator) operate(at ast.Node, operator token.Token, left, right any) any {
	_, isLeftUnknown := left.(Unknown)
	_, isRightUnknown := right.(Unknown)
	if isLeftUnknown || isRightUnknown {
		return Unknown("an operation on an unknown value")
	}
	switch operator {
	case token.EQL, token.NEQ:
		return isSame(left, right) == (operator == token.EQL)
	case token.LAND:
		return e.isTrue(at, left) && e.isTrue(at, right)
	case token.LOR:
		return e.isTrue(at, left) || e.isTrue(at, right)
	}
	left, right = filledIn(left, right), filledIn(right, left)
	switch l := left.(type) {
	case string:
		if r, ok := right.(string); ok && operator == token.ADD {
			return l + r
		}
	case int64:
		if r, ok := right.(int64); ok {
			return integers(operator, l, r)
		}
	}
	return Unknown("an operation that is not supported")
}

// filledIn replaces an unset field by the zero value of the other operand's type.
func filledIn(value, other any) any {
	if value == nil {
		switch other.(type) {
		case string:
			return ""
		case int64:
			return int64(0)
		}
	}
	return value
}

func integers(operator token.Token, l, r int64) any {
	switch operator {
	case token.ADD:
		return l + r
	case token.MUL:
		return l * r
	case token.LSS:
		return l < r
	case token.GTR:
		return l > r
	}
	return Unknown("an operation that is not supported")
}

// isSame compares two values. An unset field equals the zero value.
func isSame(left, right any) bool {
	if left == nil || right == nil {
		other := left
		if left == nil {
			other = right
		}
		return other == nil || other == false || other == int64(0) || other == ""
	}
	return left == right
}

func (e *Evaluator) selector(file *File, env *Env, x *ast.SelectorExpr) any {
	if name, ok := x.X.(*ast.Ident); ok && env.find(name.Name) == nil {
		if path, ok := file.imports[name.Name]; ok {
			if known, ok := e.functions[path+"."+x.Sel.Name]; ok {
				return known
			}
			if known, ok := e.constants[path+"."+x.Sel.Name]; ok {
				return known
			}
			if pkg := e.source.Package(path); pkg != nil {
				if value, ok := e.member(pkg, x.Sel.Name); ok {
					return value
				}
			}
			return Symbol(baseName(path) + "." + x.Sel.Name)
		}
	}
	switch object := e.evaluate(file, env, x.X).(type) {
	case *Struct:
		if value, ok := object.fields[x.Sel.Name]; ok {
			return value
		}
		if known, ok := e.methods[object.typ+"."+x.Sel.Name]; ok {
			return func([]any) any { known(object); return nil }
		}
		if method := e.method(object, x.Sel.Name); method != nil {
			return method
		}
		return nil
	case nil:
		e.fail(x, "%s of nil", x.Sel.Name)
	}
	return Unknown("the field " + x.Sel.Name)
}

func (e *Evaluator) method(object *Struct, name string) *Func {
	if object.file == nil {
		return nil
	}
	typ := object.typ[strings.LastIndex(object.typ, ".")+1:]
	declared, ok := object.file.pkg.methods[typ+"."+name]
	if !ok {
		return nil
	}
	f := &Func{typ: declared.function.Type, body: declared.function.Body, file: declared.file, self: object, receiver: "_"}
	if names := declared.function.Recv.List[0].Names; len(names) > 0 {
		f.receiver = names[0].Name
	}
	return f
}

func isOptional(expression ast.Expr) bool {
	_, isIndex := expression.(*ast.IndexExpr)
	_, isAssertion := expression.(*ast.TypeAssertExpr)
	return isIndex || isAssertion
}

// optional evaluates `m[key]` and `v.(T)`, with their second result.
func (e *Evaluator) optional(file *File, env *Env, expression ast.Expr) (any, any) {
	switch x := expression.(type) {
	case *ast.TypeAssertExpr:
		value := e.evaluate(file, env, x.X)
		if _, ok := value.(Unknown); ok {
			return value, value
		}
		if e.isOf(file, x.Type, value) {
			return value, true
		}
		return nil, false
	case *ast.IndexExpr:
		object, key := e.evaluate(file, env, x.X), e.evaluate(file, env, x.Index)
		if _, ok := key.(Unknown); ok {
			return key, key
		}
		switch o := object.(type) {
		case *Map:
			value, ok := o.entries[key]
			return value, ok
		case nil:
			return nil, false
		}
		return Unknown("an item"), Unknown("an item")
	}
	panic("unreachable")
}

func (e *Evaluator) isOf(file *File, typ ast.Expr, value any) bool {
	wanted := strings.TrimPrefix(e.typeName(typ, file), "*")
	switch v := value.(type) {
	case nil:
		return false
	case *Struct:
		return v.typ == wanted
	}
	e.fail(typ, "the type of %v is unknown", value)
	return false
}

// typeName formats a type with the last part of its package's path, such as "schema.Resource".
func (e *Evaluator) typeName(typ ast.Expr, file *File) string {
	switch t := typ.(type) {
	case *ast.Ident:
		if _, ok := file.pkg.types[t.Name]; ok {
			return baseName(file.pkg.path) + "." + t.Name
		}
		return t.Name
	case *ast.SelectorExpr:
		if name, ok := t.X.(*ast.Ident); ok {
			if path, ok := file.imports[name.Name]; ok {
				return baseName(path) + "." + t.Sel.Name
			}
		}
	case *ast.StarExpr:
		return "*" + e.typeName(t.X, file)
	case *ast.MapType:
		return "map[" + e.typeName(t.Key, file) + "]" + e.typeName(t.Value, file)
	case *ast.ArrayType:
		return "[]" + e.typeName(t.Elt, file)
	case *ast.InterfaceType:
		return "any"
	}
	return "?"
}

// declaredType resolves the name of a type; it returns the file of the declaration, too.
func (e *Evaluator) declaredType(typ ast.Expr, file *File) (ast.Expr, *File) {
	for range 10 {
		var declared *Declared
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
			continue
		case *ast.Ident:
			declared = file.pkg.types[t.Name]
		case *ast.SelectorExpr:
			if name, ok := t.X.(*ast.Ident); ok {
				if pkg := e.source.Package(file.imports[name.Name]); pkg != nil {
					declared = pkg.types[t.Sel.Name]
				}
			}
		}
		if declared == nil {
			break
		}
		typ, file = declared.typ, declared.file
	}
	return typ, file
}

// composite evaluates a literal of a struct, a map or a list; in is the file in which its type is written.
func (e *Evaluator) composite(file *File, env *Env, x *ast.CompositeLit, typ ast.Expr, in *File) any {
	declared, declaring := e.declaredType(typ, in)
	switch t := declared.(type) {
	case *ast.MapType:
		m := &Map{map[any]any{}}
		for _, element := range x.Elts {
			pair := element.(*ast.KeyValueExpr)
			key := e.element(file, env, pair.Key, t.Key, declaring)
			if _, ok := key.(Unknown); ok {
				e.fail(pair, "the key is unknown")
			}
			m.entries[key] = e.element(file, env, pair.Value, t.Value, declaring)
		}
		return m
	case *ast.ArrayType:
		list := &List{}
		for _, element := range x.Elts {
			list.items = append(list.items, e.element(file, env, element, t.Elt, declaring))
		}
		return list
	}
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	made := &Struct{e.typeName(typ, in), map[string]any{}, declaring, map[string][]string{}, e.source.files.Position(x.Pos()).Filename}
	structure, _ := declared.(*ast.StructType)
	for _, element := range x.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			name := pair.Key.(*ast.Ident).Name
			made.fields[name] = e.field(file, env, pair.Value, fieldType(structure, name), declaring)
			if slices.Contains(codeFields, name) {
				made.code[name] = e.codeOf(pair.Value)
			}
		} else {
			e.fail(element, "fields need names")
		}
	}
	return made
}

func (e *Evaluator) element(file *File, env *Env, x ast.Expr, typ ast.Expr, in *File) any {
	if literal, ok := x.(*ast.CompositeLit); ok && literal.Type == nil {
		return e.composite(file, env, literal, typ, in)
	}
	return e.evaluate(file, env, x)
}

// field evaluates the value of a field. A failure makes the value Unknown, which is an error only where the field is read.
func (e *Evaluator) field(file *File, env *Env, x ast.Expr, typ ast.Expr, in *File) (value any) {
	depth := e.depth
	defer func() {
		if problem := recover(); problem != nil {
			failed, ok := problem.(failure)
			if !ok {
				panic(problem)
			}
			e.depth = depth
			value = Unknown(failed.String())
		}
	}()
	return e.element(file, env, x, typ, in)
}

func fieldType(structure *ast.StructType, name string) ast.Expr {
	if structure != nil {
		for _, field := range structure.Fields.List {
			for _, each := range field.Names {
				if each.Name == name {
					return field.Type
				}
			}
		}
	}
	return nil
}

func (e *Evaluator) call(file *File, env *Env, x *ast.CallExpr) any {
	if name, ok := x.Fun.(*ast.Ident); ok && env.find(name.Name) == nil {
		if _, ok := file.pkg.functions[name.Name]; !ok {
			if value, ok := e.builtin(file, env, name.Name, x); ok {
				return value
			}
		}
	}
	called := e.evaluate(file, env, x.Fun)
	switch f := called.(type) {
	case *Func:
		if makesValidator(f) {
			return known(&Validator{Format: f.name, Arguments: e.arguments(file, env, x)})
		}
		return e.Call(x, f, e.arguments(file, env, x), x.Ellipsis.IsValid())
	case func([]any) any:
		return f(e.arguments(file, env, x))
	case nil:
		e.fail(x, "calls nil")
	}
	arguments := e.arguments(file, env, x)
	for _, argument := range arguments {
		if _, ok := argument.(*Map); ok {
			e.fail(x, "%v may change a map and is not part of the source", called)
		}
	}
	if name, ok := called.(Symbol); ok && validatorPackage.MatchString(string(name)) {
		return known(&Validator{Format: string(name), Arguments: arguments})
	}
	return Unknown(fmt.Sprintf("%v()", called))
}

// arguments evaluates the arguments of a call; a failure makes the argument Unknown.
func (e *Evaluator) arguments(file *File, env *Env, x *ast.CallExpr) []any {
	values := []any{}
	for _, argument := range x.Args {
		values = append(values, e.field(file, env, argument, nil, file))
	}
	return values
}

func (e *Evaluator) builtin(file *File, env *Env, name string, x *ast.CallExpr) (any, bool) {
	switch name {
	case "make":
		if declared, _ := e.declaredType(x.Args[0], file); isMap(declared) {
			return &Map{map[any]any{}}, true
		}
		e.fail(x, "make supports maps only")
	case "panic":
		e.fail(x, "the source panics: %v", e.evaluate(file, env, x.Args[0]))
	case "len", "append", "delete":
	default:
		return nil, false
	}
	arguments := e.arguments(file, env, x)
	switch name {
	case "len":
		switch v := arguments[0].(type) {
		case *List:
			return int64(len(v.items)), true
		case *Map:
			return int64(len(v.entries)), true
		case string:
			return int64(len(v)), true
		case nil:
			return int64(0), true
		}
	case "append":
		list := &List{}
		switch v := arguments[0].(type) {
		case *List:
			list.items = slices.Clone(v.items)
		case nil:
		default:
			return Unknown("an unknown list"), true
		}
		if x.Ellipsis.IsValid() {
			switch more := arguments[1].(type) {
			case *List:
				list.items = append(list.items, more.items...)
			case nil:
			default:
				return Unknown("a list with unknown items"), true
			}
		} else {
			list.items = append(list.items, arguments[1:]...)
		}
		return list, true
	case "delete":
		m, ok := arguments[0].(*Map)
		if !ok {
			e.fail(x, "delete needs a map")
		}
		delete(m.entries, arguments[1])
		return nil, true
	}
	return Unknown(name), true
}

func isMap(typ ast.Expr) bool {
	_, ok := typ.(*ast.MapType)
	return ok
}
