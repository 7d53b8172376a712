import { messageError, programPlace } from "./internal/arguments/argumentsError";

/** What takes the place of a class that another entry of the package exports, in programs that TypeScript does not check. */
function movedTo(entry: string, name: string, statics: string[] = []): unknown {
    const refuse = (): never => {
        throw messageError(
            `${name} is exported by "${entry}": import { ${name} } from "${entry}". It needs the package @pulumi/kubernetes, which programs without a cluster do not load.`,
            programPlace(),
        );
    };
    class Moved {
        constructor() {
            refuse();
        }
    }
    return Object.assign(Moved, Object.fromEntries(statics.map((each) => [each, refuse])));
}

/** @deprecated It is exported by `slipway/gke`: `import { GkeCluster } from "slipway/gke"`. */
export const GkeCluster = movedTo("slipway/gke", "GkeCluster", [
    "existing",
]) as 'import { GkeCluster } from "slipway/gke"';

/** @deprecated It is exported by `slipway/gke`: `import { AutoscaledDeployment } from "slipway/gke"`. */
export const AutoscaledDeployment = movedTo(
    "slipway/gke",
    "AutoscaledDeployment",
) as 'import { AutoscaledDeployment } from "slipway/gke"';
