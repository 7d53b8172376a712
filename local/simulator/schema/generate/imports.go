package main

import (
	"go/ast"
	"slices"
	"strconv"
)

// importFunctions match an ID with patterns, which are their first argument.
var importFunctions = []string{"tpgresource.ParseImportId", "tpgresource.GetImportIdQualifiers"}

// hasImporter says whether the resource that a file of the checkout declares can be imported. Without a file it is one of the plugin framework.
func hasImporter(source *Source, file string) (bool, error) {
	if file == "" {
		return true, nil
	}
	parsed, err := source.syntax(file)
	if err != nil {
		return false, err
	}
	found := false
	ast.Inspect(parsed, func(node ast.Node) bool {
		pair, ok := node.(*ast.KeyValueExpr)
		if ok {
			key, ok := pair.Key.(*ast.Ident)
			found = found || ok && key.Name == "Importer"
		}
		return !found
	})
	return found, nil
}

// importFormats returns the patterns of the IDs that the code in a file of the checkout accepts for an import.
func importFormats(source *Source, file string) ([]string, error) {
	found := []string{}
	if file == "" {
		return found, nil
	}
	parsed, err := source.syntax(file)
	if err != nil {
		return nil, err
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 || !slices.Contains(importFunctions, nameOf(call.Fun)) {
			return true
		}
		if list, ok := call.Args[0].(*ast.CompositeLit); ok {
			for _, item := range list.Elts {
				if literal, ok := item.(*ast.BasicLit); ok {
					if format, err := strconv.Unquote(literal.Value); err == nil && !slices.Contains(found, format) {
						found = append(found, format)
					}
				}
			}
		}
		return true
	})
	return found, nil
}
