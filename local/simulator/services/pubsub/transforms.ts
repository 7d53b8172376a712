import { Script } from "node:vm";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

/** "You can enable up to five SMTs": https://cloud.google.com/pubsub/docs/smts/create-topic-smt */
const maxTransforms = 5;
/** https://cloud.google.com/pubsub/docs/smts/udfs-overview */
const maxCode = 20 * 1024;

const refuse = (reason: string) => new GoogleError(400, `Invalid message transform: ${reason}.`);

/** Throws if Pub/Sub refuses the transforms of messages. */
export function verifyTransforms(transforms: Inputs[] = []): void {
    if (transforms.length > maxTransforms) {
        throw refuse(`${transforms.length} transforms, and at most ${maxTransforms} are allowed`);
    }
    for (const { javascriptUdf: own, aiInference, disabled } of transforms) {
        if (own && aiInference) {
            throw refuse("one transform cannot be a function and an inference");
        }
        // The provider's own acceptance tests create a disabled transform whose code is "...".
        if (!disabled) {
            verifyFunction(own);
        }
    }
    const names = transforms.flatMap(({ javascriptUdf }) => javascriptUdf?.functionName ?? []);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) {
        throw refuse(`the function name ${twice} is not unique`);
    }
}

function verifyFunction(own: Inputs | undefined): void {
    if (!own) {
        return;
    }
    const { functionName: name, code } = own;
    if (Buffer.byteLength(code) > maxCode) {
        throw refuse(`the code of ${name} exceeds 20 KB`);
    }
    try {
        new Script(code);
    } catch (error) {
        throw refuse(`the code of ${name} is not JavaScript: ${(error as Error).message}`);
    }
    if (
        !/^[A-Za-z_$][\w$]*$/.test(name) ||
        !new RegExp(`(^|[^\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(code)
    ) {
        throw refuse(`the code has no function ${name}`);
    }
}
