import type * as pulumi from "@pulumi/pulumi";
import { type PackageFormat, packageFormats } from "../facts/packageFormats";

export const api = "artifactregistry.googleapis.com";

/** A format of packages, in the spelling of gcloud. `"googet"` is only for projects that Google has admitted to it. */
export type AnyPackageFormat = keyof typeof packageFormats.rows;

/** What repositories of each format can be, and have. */
export const formatRows: Record<AnyPackageFormat, PackageFormat> = packageFormats.rows;

/** The formats that have a property. */
export const formatsWith = (property: "isRemote" | "isVirtual"): AnyPackageFormat[] =>
    (Object.keys(formatRows) as AnyPackageFormat[]).filter((format) => formatRows[format][property]);

/** What is known of a registry at preview. */
export interface RegistryKind {
    format: AnyPackageFormat;
    region: pulumi.Input<string>;
    /** Whether it has packages of its own, caches a source, or finds packages in other registries. */
    mode: "standard" | "remote" | "virtual";
}
