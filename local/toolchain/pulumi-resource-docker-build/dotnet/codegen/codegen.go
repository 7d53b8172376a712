// Package codegen has what the provider names of a module that is not to be had: how its schema describes the .NET SDK.
package codegen

type CSharpPackageInfo struct {
	PackageReferences    map[string]string `json:"packageReferences,omitempty"`
	RespectSchemaVersion bool              `json:"respectSchemaVersion,omitempty"`
}
