package main

import (
	"go/ast"
	"reflect"
	"strings"
)

// composite evaluates a literal of a type, which that of its container can give. The type is of the file `of`.
func (in *Interpreter) composite(file *File, env *Env, x *ast.CompositeLit, typ ast.Expr, of *File) any {
	switch t := in.underlying(typ, of, env).(type) {
	case *ast.ArrayType:
		found := &List{}
		for _, element := range x.Elts {
			if keyed, ok := element.(*ast.KeyValueExpr); ok {
				element = keyed.Value
			}
			found.items = append(found.items, in.element(file, env, element, t.Elt, of))
		}
		return found
	case *ast.MapType:
		found := &Map{map[any]any{}, t.Value}
		for _, element := range x.Elts {
			keyed := element.(*ast.KeyValueExpr)
			key := in.element(file, env, keyed.Key, t.Key, of)
			if key != nil && !reflect.TypeOf(key).Comparable() {
				in.fail(x, "a key of a map")
			}
			found.entries[key] = in.element(file, env, keyed.Value, t.Value, of)
		}
		return found
	default:
		return in.structure(file, env, x, typ, of)
	}
}

func (in *Interpreter) element(file *File, env *Env, element, typ ast.Expr, of *File) any {
	if literal, ok := element.(*ast.CompositeLit); ok && literal.Type == nil {
		return in.composite(file, env, literal, typ, of)
	}
	return in.eval(file, env, element)
}

func (in *Interpreter) structure(file *File, env *Env, x *ast.CompositeLit, typ ast.Expr, of *File) any {
	name, pkg, fields := in.structType(typ, of, env)
	found := &Struct{name, pkg, map[string]any{}}
	for i, element := range x.Elts {
		keyed, ok := element.(*ast.KeyValueExpr)
		switch {
		case ok:
			key := keyed.Key.(*ast.Ident).Name
			found.fields[key] = in.element(file, env, keyed.Value, typeOfField(fields, key), of)
		case fields != nil && i < len(flattened(fields)):
			found.fields[flattened(fields)[i]] = in.element(file, env, element, typeOfField(fields, flattened(fields)[i]), of)
		}
	}
	return found
}

// structType returns the name of a struct, and its package and fields if it is in the checkout.
func (in *Interpreter) structType(typ ast.Expr, of *File, env *Env) (string, *Package, *ast.StructType) {
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if selector, ok := typ.(*ast.SelectorExpr); ok {
		importPath := of.imports[typeName(selector.X)]
		if pkg := in.source.Imported(importPath); pkg != nil {
			if declared := pkg.types[selector.Sel.Name]; declared != nil {
				fields, _ := declared.expr.(*ast.StructType)
				return selector.Sel.Name, pkg, fields
			}
		}
		return typeName(typ), nil, nil
	}
	fields, _ := in.underlying(typ, of, env).(*ast.StructType)
	return typeName(typ), of.pkg, fields
}

func flattened(fields *ast.StructType) []string {
	found := []string{}
	for _, field := range fields.Fields.List {
		if len(field.Names) == 0 {
			name := typeName(field.Type)
			found = append(found, name[strings.LastIndex(name, ".")+1:])
		}
		for _, name := range field.Names {
			found = append(found, name.Name)
		}
	}
	return found
}

func typeOfField(fields *ast.StructType, name string) ast.Expr {
	if fields != nil {
		for _, field := range fields.Fields.List {
			for _, each := range field.Names {
				if each.Name == name {
					return field.Type
				}
			}
		}
	}
	return nil
}

// underlying returns what a type of the checkout is declared as, or the type.
func (in *Interpreter) underlying(typ ast.Expr, file *File, env *Env) ast.Expr {
	for range 10 {
		switch t := typ.(type) {
		case *ast.Ident:
			if local := env.find(t.Name); local != nil {
				if declared, ok := (*local).(*Type); ok {
					typ = declared.expr
					continue
				}
			}
			declared := file.pkg.types[t.Name]
			if declared == nil {
				return typ
			}
			typ = declared.expr
		case *ast.StarExpr:
			typ = t.X
		case *ast.ParenExpr:
			typ = t.X
		default:
			return typ
		}
	}
	return typ
}

// zero returns the value of a variable that nothing was assigned to.
func (in *Interpreter) zero(file *File, env *Env, typ ast.Expr) any {
	if _, isPointer := typ.(*ast.StarExpr); isPointer || typ == nil {
		return nil
	}
	if name := typeName(typ); name == "strings.Builder" || name == "bytes.Buffer" {
		return nativeMember(nil, name)
	}
	switch t := in.underlying(typ, file, env).(type) {
	case *ast.Ident:
		switch t.Name {
		case "string":
			return ""
		case "bool":
			return false
		case "int", "int32", "int64", "uint", "uint32", "uint64", "byte", "rune":
			return int64(0)
		case "float64", "float32":
			return float64(0)
		}
		return nil
	case *ast.ArrayType:
		return &List{}
	case *ast.MapType:
		return &Map{map[any]any{}, t.Value}
	case *ast.StructType:
		return &Struct{typeName(typ), file.pkg, map[string]any{}}
	case *ast.SelectorExpr:
		return in.structure(file, env, &ast.CompositeLit{}, t, file)
	}
	return nil
}
