package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is the path of the provider's packages, which are below its folder.
const module = "github.com/hashicorp/terraform-provider-google/"

// Source is a checkout of the provider, of which folders are parsed when they are needed.
type Source struct {
	folder   string
	files    *token.FileSet
	packages map[string]map[string]*Package
}

// Package has the declarations of a folder with the same package name: those of tests may be in another one than those that they test.
type Package struct {
	folder  string // below the checkout
	name    string
	files   []*File
	funcs   map[string]*Declared
	methods map[string]*Declared // by type and name
	types   map[string]*DeclaredType
	values  map[string]*DeclaredValue
}

// File is a source file with what it imports.
type File struct {
	path    string
	imports map[string]string // paths by local name
	pkg     *Package
}

// Declared is a function or a method.
type Declared struct {
	decl *ast.FuncDecl
	file *File
}

// DeclaredType is a type.
type DeclaredType struct {
	expr ast.Expr
	file *File
}

// DeclaredValue is a variable or a constant of a package.
type DeclaredValue struct {
	expr       ast.Expr
	typ        ast.Expr
	position   int // among the results of a call
	iota       int64
	file       *File
	value      any
	evaluating bool
	done       bool
}

// Open returns the source below a folder.
func Open(folder string) *Source {
	return &Source{folder, token.NewFileSet(), map[string]map[string]*Package{}}
}

// In returns the packages of a folder by their names.
func (s *Source) In(folder string) map[string]*Package {
	if found, ok := s.packages[folder]; ok {
		return found
	}
	found := map[string]*Package{}
	s.packages[folder] = found
	entries, _ := os.ReadDir(filepath.Join(s.folder, folder))
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		at := filepath.Join(s.folder, folder, entry.Name())
		parsed, err := parser.ParseFile(s.files, at, nil, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		name := parsed.Name.Name
		if found[name] == nil {
			found[name] = &Package{
				folder, name, nil, map[string]*Declared{}, map[string]*Declared{}, map[string]*DeclaredType{}, map[string]*DeclaredValue{},
			}
		}
		found[name].add(path.Join(folder, entry.Name()), parsed)
	}
	return found
}

// Imported returns the package of an import path, if it is in the checkout.
func (s *Source) Imported(importPath string) *Package {
	folder, ok := strings.CutPrefix(importPath, module)
	if !ok {
		return nil
	}
	for name, found := range s.In(folder) {
		if !strings.HasSuffix(name, "_test") {
			return found
		}
	}
	return nil
}

// At says where a node is.
func (s *Source) At(node ast.Node) string {
	position := s.files.Position(node.Pos())
	return fmt.Sprintf("%s:%d", strings.TrimPrefix(position.Filename, s.folder+"/"), position.Line)
}

func (p *Package) add(at string, parsed *ast.File) {
	file := &File{at, map[string]string{}, p}
	p.files = append(p.files, file)
	for _, each := range parsed.Imports {
		importPath, _ := strconv.Unquote(each.Path.Value)
		name := path.Base(importPath)
		if isVersion(name) {
			name = path.Base(path.Dir(importPath))
		}
		if each.Name != nil {
			name = each.Name.Name
		}
		file.imports[name] = importPath
	}
	for _, declaration := range parsed.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				p.funcs[d.Name.Name] = &Declared{d, file}
			} else {
				p.methods[typeName(d.Recv.List[0].Type)+"."+d.Name.Name] = &Declared{d, file}
			}
		case *ast.GenDecl:
			p.general(d, file)
		}
	}
}

func (p *Package) general(d *ast.GenDecl, file *File) {
	var repeated *ast.ValueSpec
	for position, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			p.types[s.Name.Name] = &DeclaredType{s.Type, file}
		case *ast.ValueSpec:
			if d.Tok == token.CONST && len(s.Values) == 0 && repeated != nil {
				s = &ast.ValueSpec{Names: s.Names, Type: repeated.Type, Values: repeated.Values}
			}
			repeated = s
			for i, name := range s.Names {
				value := &DeclaredValue{typ: s.Type, iota: int64(position), file: file}
				if len(s.Values) == len(s.Names) {
					value.expr = s.Values[i]
				} else if len(s.Values) > 0 {
					value.expr, value.position = s.Values[0], i
				}
				p.values[name.Name] = value
			}
		}
	}
}

// Tests returns the test functions of a file, in their order.
func (p *Package) Tests(at string) []*Declared {
	found := []*Declared{}
	for name, each := range p.funcs {
		if each.file.path == at && strings.HasPrefix(name, "Test") {
			found = append(found, each)
		}
	}
	slices.SortFunc(found, func(a, b *Declared) int { return int(a.decl.Pos() - b.decl.Pos()) })
	return found
}

func isVersion(name string) bool {
	_, err := strconv.Atoi(strings.TrimPrefix(name, "v"))
	return strings.HasPrefix(name, "v") && err == nil
}

// typeName returns the name of a type, without the star of a pointer.
func typeName(expr ast.Expr) string {
	switch t := expr.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.IndexExpr:
		return typeName(t.X)
	case *ast.SelectorExpr:
		return typeName(t.X) + "." + t.Sel.Name
	case *ast.ParenExpr:
		return typeName(t.X)
	}
	return ""
}
