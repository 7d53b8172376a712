import * as pulumi from "@pulumi/pulumi";
import { bucketName } from "../../internal/arguments/names";
import type { EnvironmentEntry } from "../../stack/settings/entries";

/** What a component runs: a source archive or an image. */
export interface Artifact {
    /** The type of the component, for errors: `ServerlessFunction`. */
    type: string;
    /** The component's name, which identifies it in every environment. */
    component: string;
    /** The argument, for errors: `source`. */
    path: string;
    kind: "archive" | "image";
    /** The digest of the archive or image: `sha256:` and 64 hexadecimal digits. */
    digest: pulumi.Input<string>;
    /**
     * The SHA-256 of the build inputs, for builds that are not reproducible: the release record is found by it, and contains the
     * digest.
     */
    build?: pulumi.Input<string>;
}

/** What finds releases of an environment. */
export interface Releasing {
    /** All environments of `slipway:environments`, by stack name. */
    readonly environments: Readonly<Record<string, EnvironmentEntry>>;
}

/** The bucket with the release records of an environment. */
export function bucketOf({ project, releases }: Pick<EnvironmentEntry, "project" | "releases">): string {
    // A dot would require domain verification: https://cloud.google.com/storage/docs/domain-name-verification
    return releases ?? bucketName(`${project}-${pulumi.getProject()}-releases`.toLowerCase().replaceAll(".", "-"));
}

/** The entry of the running stack in `slipway:environments`: it promotes another stack or is promoted by one. */
export function ownEntry({ environments }: Releasing): EnvironmentEntry {
    return environments[pulumi.getStack()] as EnvironmentEntry;
}

/** The name of the object that records that the component ran a digest or build. */
export function recordOf({ component }: Pick<Artifact, "component">, hash: string): string {
    return `${component}/${hash.replace(/^sha256:/, "")}.json`;
}
