import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import type { ComponentParts } from "../../local/commands/adopt/keep";
import type { Library } from "./library";

/** The file with the arguments and children of components, from which `slipway adopt` knows how to keep a value. */
export function childrenFile(repository: string, library: Library): [string, string] {
    const file = join(repository, "local", "commands", "adopt", "components.json");
    const sorted = Object.fromEntries([...componentParts(library)].sort(([one], [other]) => (one < other ? -1 : 1)));
    return [file, `${JSON.stringify(sorted, undefined, 4)}\n`];
}

/** The arguments of each component, and its children by their key in `transform`. */
function componentParts({ lib, files, program }: Library): Map<string, ComponentParts> {
    const checker = program.getTypeChecker();
    const found = new Map<string, ComponentParts>();
    for (const file of files) {
        program.getSourceFile(join(lib, file))?.forEachChild((node) => {
            const constructors = ts.isClassDeclaration(node) ? node.members.filter(ts.isConstructorDeclaration) : [];
            const properties = constructors.flatMap(({ parameters }) => {
                const type = parameters[1] && checker.getNonNullableType(checker.getTypeAtLocation(parameters[1]));
                const variants = type?.isUnion() ? type.types : [type];
                return variants.flatMap((each) => each?.getProperties() ?? []);
            });
            const transforms = properties.filter(({ name }) => name === "transform");
            if (ts.isClassDeclaration(node) && node.name && transforms.length > 0) {
                const children = transforms
                    .map((each) => checker.getNonNullableType(checker.getTypeOfSymbol(each)))
                    .flatMap((type) => (type.isUnion() ? type.types : [type]))
                    .flatMap((type) => checker.getPropertiesOfType(type))
                    .map((child) => [child.name, typesOf(child, checker).sort().join(" ")] as const)
                    .filter(([, types]) => types !== "");
                found.set(node.name.text, {
                    arguments: [...new Set(properties.map(({ name }) => name))].sort().join(" "),
                    children: Object.fromEntries(children.sort()),
                });
            }
        });
    }
    return found;
}

/** The resource types of a child, whose property is declared as `Transform<TopicArgs>`. */
function typesOf(child: ts.Symbol, checker: ts.TypeChecker): string[] {
    const declared = child.declarations?.find(ts.isPropertySignature)?.type;
    const [args] = declared && ts.isTypeReferenceNode(declared) ? (declared.typeArguments ?? []) : [];
    const type = args && checker.getTypeFromTypeNode(args);
    const parts = type?.isIntersection() ? type.types : type ? [type] : [];
    return parts.flatMap(({ symbol }) => tokensOf(symbol));
}

/** The type token of a resource by its interface of arguments, which stands in the same file of `@pulumi/gcp` as its class. */
function tokensOf(args: ts.Symbol | undefined): string[] {
    const declared = args?.declarations?.[0]?.getSourceFile().fileName ?? "";
    const code = /@pulumi\/gcp\/.*\.d\.ts$/.test(declared)
        ? readFileSync(declared.replace(/\.d\.ts$/, ".js"), "utf8")
        : "";
    const [, token] = /static __pulumiType = '([^']+)'/.exec(code) ?? [];
    return token === undefined ? [] : [token];
}
