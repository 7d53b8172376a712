package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Source is a checkout of a Go module. Packages are parsed when they are first needed; nothing is compiled.
type Source struct {
	module   string
	folder   string
	files    *token.FileSet
	packages map[string]*Package
}

// Package is a parsed folder.
type Package struct {
	path      string
	functions map[string]*Declared
	methods   map[string]*Declared // by "Type.Method"
	types     map[string]*Declared
	values    map[string]*Value
	inits     []*Declared
}

// File is the scope of a piece of code: its package and its imports by name.
type File struct {
	pkg     *Package
	imports map[string]string
}

// Declared is a function or a type with the file that it is in.
type Declared struct {
	function *ast.FuncDecl
	typ      ast.Expr
	file     *File
}

// Value is a variable or a constant of a package. It is evaluated once.
type Value struct {
	expression ast.Expr
	iota       int64
	file       *File
	state      int
	value      any
}

const (
	isUnread = iota
	isBeingRead
	isRead
)

// OpenSource reads the name of the module from its root folder.
func OpenSource(folder string) (*Source, error) {
	mod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return nil, fmt.Errorf("no checkout of a Go module: %w", err)
	}
	name := regexp.MustCompile(`(?m)^module\s+(\S+)`).FindSubmatch(mod)
	if name == nil {
		return nil, fmt.Errorf("%s/go.mod names no module", folder)
	}
	return &Source{string(name[1]), filepath.Clean(folder), token.NewFileSet(), map[string]*Package{}}, nil
}

// Package parses a package; it returns nil for one outside of the module.
func (s *Source) Package(path string) *Package {
	if known, ok := s.packages[path]; ok {
		return known
	}
	var pkg *Package
	if path == s.module || strings.HasPrefix(path, s.module+"/") {
		pkg = s.parse(path, filepath.Join(s.folder, strings.TrimPrefix(path, s.module)))
	}
	s.packages[path] = pkg
	return pkg
}

// Packages parses all packages below a folder of the module.
func (s *Source) Packages(below string) ([]*Package, error) {
	found := []*Package{}
	err := filepath.WalkDir(filepath.Join(s.folder, below), func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(s.folder, path)
		if err != nil {
			return err
		}
		if pkg := s.Package(s.module + "/" + filepath.ToSlash(relative)); pkg != nil {
			found = append(found, pkg)
		}
		return nil
	})
	return found, err
}

// syntax reads a file of the checkout alone, below google-beta.
func (s *Source) syntax(file string) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), filepath.Join(s.folder, "google-beta", file), nil, parser.SkipObjectResolution)
}

func (s *Source) parse(path, folder string) *Package {
	names, _ := filepath.Glob(filepath.Join(folder, "*.go"))
	pkg := &Package{path, map[string]*Declared{}, map[string]*Declared{}, map[string]*Declared{}, map[string]*Value{}, nil}
	isEmpty := true
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(s.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			position, message, _ := strings.Cut(err.Error(), ": ")
			panic(failure{strings.TrimPrefix(position, s.folder+"/"), message})
		}
		isEmpty = false
		pkg.add(parsed)
	}
	if isEmpty {
		return nil
	}
	return pkg
}

func (p *Package) add(parsed *ast.File) {
	file := &File{p, map[string]string{}}
	for _, imported := range parsed.Imports {
		path := strings.Trim(imported.Path.Value, `"`)
		name := baseName(path)
		if imported.Name != nil {
			name = imported.Name.Name
		}
		file.imports[name] = path
	}
	for _, declaration := range parsed.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			declared := &Declared{function: d, file: file}
			switch {
			case d.Recv != nil:
				p.methods[receiverName(d)+"."+d.Name.Name] = declared
			case d.Name.Name == "init":
				p.inits = append(p.inits, declared)
			default:
				p.functions[d.Name.Name] = declared
			}
		case *ast.GenDecl:
			p.addValues(d, file)
		}
	}
}

func (p *Package) addValues(d *ast.GenDecl, file *File) {
	var last *ast.ValueSpec
	for index, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			p.types[s.Name.Name] = &Declared{typ: s.Type, file: file}
		case *ast.ValueSpec:
			// A constant without a value repeats the previous expression.
			values := s.Values
			if d.Tok == token.CONST && len(values) == 0 && last != nil {
				values = last.Values
			} else {
				last = s
			}
			for position, name := range s.Names {
				if position < len(values) {
					p.values[name.Name] = &Value{expression: values[position], iota: int64(index), file: file}
				}
			}
		}
	}
}

func receiverName(d *ast.FuncDecl) string {
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

var version = regexp.MustCompile(`^v\d+$`)

// baseName is the default name of an imported package.
func baseName(path string) string {
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	if version.MatchString(last) && len(parts) > 1 {
		last = parts[len(parts)-2]
	}
	return last
}
