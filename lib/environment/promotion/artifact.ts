import * as pulumi from "@pulumi/pulumi";
import { bucketName } from "../../internal/names";

/** What a component runs: an archive of code, or an image. */
export interface Artifact {
    /** The type of the component, as an error names it: `ServerlessFunction`. */
    type: string;
    /** The component's name, by which what ran is looked for: the same in every environment. */
    component: string;
    /** The argument that an error is about: `source`. */
    path: string;
    kind: "archive" | "image";
    /** `sha256:` and 64 hexadecimal digits: of the archive's bytes, or the image's digest. */
    digest: pulumi.Input<string>;
    /**
     * The SHA-256 of what it is built from, where building the same again makes another digest: by it what ran is looked for,
     * and its digest found.
     */
    build?: pulumi.Input<string>;
}

/** The bucket in which an environment of this program notes what ran. */
export function bucketOf(project: string): string {
    // A dot would make a domain's name of it, which has to be one's own ("Domain-named bucket verification").
    return bucketName(`${project}-${pulumi.getProject()}-releases`.toLowerCase().replaceAll(".", "-"));
}

/** The object in that bucket which is there when the component ran what has this digest, or was built from this. */
export function recordOf({ component }: Pick<Artifact, "component">, hash: string): string {
    return `${component}/${hash.replace(/^sha256:/, "")}.json`;
}
