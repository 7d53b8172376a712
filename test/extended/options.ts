import { join, relative } from "node:path";
import * as ts from "typescript";
import type { Library } from "../../docs/tools/library";

/**
 * The options that a program can write in the arguments of components, at any depth, by path, with the descriptions that an editor shows. Left
 * out are what a program passes instead of writing it, and what is listed in the facts, such as the flags of MySQL.
 */
export function describedOptions({ lib, files, program }: Library, components: readonly string[]): Map<string, string> {
    const checker = program.getTypeChecker();
    const classes = files
        .flatMap((file) => [...(program.getSourceFile(join(lib, file))?.statements ?? [])])
        .filter(ts.isClassDeclaration)
        .filter(({ name }) => name !== undefined && components.includes(name.text));
    const isPassed = passedTypes(
        classes.map((each) => checker.getTypeAtLocation(each)),
        checker,
    );
    const seen = new Set<ts.Type>();
    const options = new Map<string, string>();

    const visit = (type: ts.Type, path: string): void => {
        if (seen.has(type)) {
            return;
        }
        seen.add(type);
        const parts = partsOf(type, checker);
        for (const part of parts) {
            visit(part, path);
        }
        if (parts.length > 0 || type.getCallSignatures().length > 0 || isPassed(type)) {
            return;
        }
        const values = type.getStringIndexType();
        if (values && type.flags & ts.TypeFlags.Object) {
            visit(values, `${path}.*`);
        }
        for (const property of optionsOf(type, checker, lib)) {
            const option = `${path}.${property.name}`;
            const text = ts.displayPartsToString(property.getDocumentationComment(checker));
            // Of the members of a union each has its own description.
            options.set(option, options.get(option) === "" ? "" : text);
            if (property.name !== "transform") {
                visit(checker.getNonNullableType(checker.getTypeOfSymbol(property)), option);
            }
        }
    };

    for (const { name, members } of classes) {
        const args = members.find(ts.isConstructorDeclaration)?.parameters[1];
        if (args) {
            visit(checker.getNonNullableType(checker.getTypeAtLocation(args)), String(name?.text));
        }
    }
    return options;
}

/** The members of a union, or the items of a list. */
function partsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
    return type.isUnion()
        ? type.types
        : checker.isArrayType(type) || checker.isTupleType(type)
          ? checker.getTypeArguments(type as ts.TypeReference)
          : [];
}

/** The properties that the library declares, without those that exclude an option of another member of the union. */
function optionsOf(type: ts.Type, checker: ts.TypeChecker, lib: string): ts.Symbol[] {
    return checker.getPropertiesOfType(type).filter((property) => {
        const file = property.declarations?.[0]?.getSourceFile().fileName;
        const isOwn = file !== undefined && !/^(\.\.|facts)[\\/]/.test(relative(lib, file));
        return isOwn && !(checker.getNonNullableType(checker.getTypeOfSymbol(property)).flags & ts.TypeFlags.Never);
    });
}

/**
 * Returns a check for the types that are passed: components, interfaces of which a component is one (`AnyBucket`), the outputs of components (`Capability`),
 * and what exists already (`ExistingSecret`).
 */
function passedTypes(components: ts.Type[], checker: ts.TypeChecker): (type: ts.Type) => boolean {
    const outputs = components
        .flatMap((component) => checker.getPropertiesOfType(component))
        .map((output) => checker.getTypeOfSymbol(output).symbol);
    const isRequired = ({ flags }: ts.Symbol) => !(flags & ts.SymbolFlags.Optional);
    return (type) => {
        const properties = checker.getPropertiesOfType(type);
        const isInterface = type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.Interface) !== 0;
        return (
            type.isClass() ||
            properties.some(({ name }) => name === "existing") ||
            (isInterface && outputs.includes(type.symbol)) ||
            (isInterface &&
                properties.some(isRequired) &&
                components.some((component) => checker.isTypeAssignableTo(component, type)))
        );
    };
}
