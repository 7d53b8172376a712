package main

import (
	"fmt"
	"go/ast"
	"reflect"
	"strings"
)

// Interpreter runs the test functions of a checkout.
type Interpreter struct {
	source *Source
	// environment has the variables that say in which project tests run.
	environment map[string]string
	// tests are those that were run, by file.
	tests map[string][]*Test
	// test is what runs now.
	test *Running
	// The calls that are running, and the statements so far.
	depth, steps int
}

func (in *Interpreter) fail(at ast.Node, format string, arguments ...any) {
	panic(unsupported{in.source.At(at), fmt.Sprintf(format, arguments...)})
}

// attempt makes a value unknown if it cannot be computed.
func (in *Interpreter) attempt(evaluate func() any) (result any) {
	depth := in.depth
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case unsupported:
			in.depth = depth
			result = &Unknown{text: problem.reason}
		default:
			panic(problem)
		}
	}()
	return evaluate()
}

func (in *Interpreter) call(file *File, env *Env, x *ast.CallExpr) any {
	if name, ok := x.Fun.(*ast.Ident); ok && (name.Name == "make" || name.Name == "new") && env.find(name.Name) == nil {
		return in.zero(file, env, x.Args[0])
	}
	fun := in.eval(file, env, x.Fun)
	arguments := []any{}
	for _, each := range x.Args {
		value := in.eval(file, env, each)
		if values, ok := value.(Tuple); ok && len(x.Args) == 1 {
			arguments = append(arguments, values...)
		} else {
			arguments = append(arguments, value)
		}
	}
	if x.Ellipsis.IsValid() && len(arguments) > 0 {
		last := arguments[len(arguments)-1]
		arguments = arguments[:len(arguments)-1]
		if list, ok := last.(*List); ok {
			arguments = append(arguments, list.items...)
		} else if last != nil {
			arguments = append(arguments, last)
		}
	}
	return in.apply(x, fun, arguments)
}

// apply calls a function.
func (in *Interpreter) apply(at ast.Node, fun any, arguments []any) any {
	switch f := fun.(type) {
	case *Func:
		if strings.HasPrefix(f.name, "Bootstrap") {
			return in.bootstrap(at, f, arguments)
		}
		if strings.HasSuffix(f.file.path, "_test.go") {
			return in.run(at, f, arguments)
		}
		// What the provider itself does may need Google Cloud.
		return in.attempt(func() any { return in.run(at, f, arguments) })
	case Native:
		return f(in, at, arguments)
	case *Type:
		return in.convert(f, arguments)
	case *Unknown:
		in.missed(f.text)
		return &Unknown{text: f.text + "()", fun: f.fun, arguments: arguments}
	case nil:
		return &Unknown{text: "a call of nothing"}
	}
	return in.callNative(at, reflect.ValueOf(fun), arguments)
}

// bootstrap calls a function that prepares something. What needs Google Cloud, and bootstrap.go does not know, is unknown by its name.
func (in *Interpreter) bootstrap(at ast.Node, f *Func, arguments []any) any {
	before := 0
	if in.test != nil {
		before = len(in.test.calls)
	}
	value := in.attempt(func() any { return in.run(at, f, arguments) })
	if u := unknownIn(value); in.test != nil && (u != nil || !isHarmlessOnly(in.test.calls[before:])) {
		in.test.calls = append(in.test.calls[:before], f.name)
		return &Unknown{text: f.name + "()"}
	}
	return value
}

// missed notes a call outside of the checkout.
func (in *Interpreter) missed(name string) {
	if in.test != nil {
		in.test.calls = append(in.test.calls, name)
	}
}

func (in *Interpreter) run(at ast.Node, f *Func, arguments []any) any {
	in.depth++
	defer func() { in.depth-- }()
	if in.depth > 100 {
		in.fail(at, "the recursion is too deep")
	}
	if f.body == nil {
		return &Unknown{text: f.name}
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
			case isVariadic:
				env.set(name.Name, &List{append([]any{}, arguments[min(position, len(arguments)):]...)})
			case position < len(arguments):
				env.set(name.Name, arguments[position])
			default:
				env.set(name.Name, nil)
			}
			position++
		}
		if len(field.Names) == 0 {
			position++
		}
	}
	if f.typ.Results != nil {
		for _, field := range f.typ.Results.List {
			for _, name := range field.Names {
				env.set(name.Name, in.zero(f.file, env, field.Type))
			}
		}
	}
	frame := &frame{file: f.file, results: f.typ.Results, env: env}
	in.block(frame, env, f.body.List)
	return frame.result
}

func (in *Interpreter) convert(t *Type, arguments []any) any {
	if len(arguments) != 1 {
		return &Unknown{text: "a conversion"}
	}
	value := arguments[0]
	if array, ok := t.expr.(*ast.ArrayType); ok && typeName(array.Elt) == "byte" {
		if text, ok := value.(string); ok {
			return []byte(text)
		}
	}
	switch typeName(in.underlying(t.expr, t.file, &Env{map[string]*any{}, nil})) {
	case "string":
		switch v := value.(type) {
		case []byte:
			return string(v)
		case int64:
			return string(rune(v))
		}
	case "int", "int32", "int64", "uint", "uint64":
		if v, ok := value.(float64); ok {
			return int64(v)
		}
	case "float64", "float32":
		if v, ok := value.(int64); ok {
			return float64(v)
		}
	}
	return value
}

// callNative calls a function or a method of the standard library.
func (in *Interpreter) callNative(at ast.Node, fun reflect.Value, arguments []any) (result any) {
	if fun.Kind() != reflect.Func {
		in.fail(at, "a call of %s", fun.Type())
	}
	for _, each := range arguments {
		if u := unknownIn(each); u != nil {
			return u
		}
	}
	typ := fun.Type()
	converted := []reflect.Value{}
	for i, each := range arguments {
		var wanted reflect.Type
		if typ.IsVariadic() && i >= typ.NumIn()-1 {
			wanted = typ.In(typ.NumIn() - 1).Elem()
		} else if i < typ.NumIn() {
			wanted = typ.In(i)
		} else {
			in.fail(at, "too many arguments")
		}
		value, ok := in.native(each, wanted)
		if !ok {
			in.fail(at, "%T as %s", each, wanted)
		}
		converted = append(converted, value)
	}
	if len(converted) < typ.NumIn() && !typ.IsVariadic() {
		in.fail(at, "too few arguments")
	}
	defer func() {
		if problem := recover(); problem != nil {
			in.fail(at, "%v", problem)
		}
	}()
	found := Tuple{}
	for _, each := range fun.Call(converted) {
		found = append(found, ours(each))
	}
	return single(found)
}

// native converts a value to a type of the standard library.
func (in *Interpreter) native(value any, wanted reflect.Type) (reflect.Value, bool) {
	if value == nil {
		return reflect.Zero(wanted), true
	}
	if wanted.Kind() == reflect.Interface {
		given := reflect.ValueOf(plain(value))
		return given, given.Type().Implements(wanted)
	}
	switch v := value.(type) {
	case *List:
		if wanted.Kind() != reflect.Slice {
			return reflect.Value{}, false
		}
		found := reflect.MakeSlice(wanted, 0, len(v.items))
		for _, item := range v.items {
			converted, ok := in.native(item, wanted.Elem())
			if !ok {
				return reflect.Value{}, false
			}
			found = reflect.Append(found, converted)
		}
		return found, true
	case *Func:
		if wanted.Kind() != reflect.Func {
			return reflect.Value{}, false
		}
		return reflect.MakeFunc(wanted, func(arguments []reflect.Value) []reflect.Value {
			given := []any{}
			for _, each := range arguments {
				given = append(given, ours(each))
			}
			result, _ := in.native(in.apply(v.body, v, given), wanted.Out(0))
			return []reflect.Value{result}
		}), wanted.NumOut() == 1
	}
	given := reflect.ValueOf(value)
	if given.Type().AssignableTo(wanted) {
		return given, true
	}
	isNumber := func(kind reflect.Kind) bool { return kind >= reflect.Int && kind <= reflect.Float64 }
	if given.Type().ConvertibleTo(wanted) && isNumber(given.Kind()) == isNumber(wanted.Kind()) {
		return given.Convert(wanted), true
	}
	return reflect.Value{}, false
}

// ours converts what the standard library returns.
func ours(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return ours(value.Elem())
	case reflect.Int, reflect.Int32, reflect.Int64:
		if value.Type().PkgPath() == "" {
			return value.Int()
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() != reflect.Uint8 {
			found := &List{}
			for i := range value.Len() {
				found.items = append(found.items, ours(value.Index(i)))
			}
			return found
		}
	}
	return value.Interface()
}
