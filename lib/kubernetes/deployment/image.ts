import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../container";

/** What a container runs: an image of this program, or the name of one with its digest. */
export type ImageSource = ContainerImage | pulumi.Input<string>;

/** Whether it is a component that the program has made. */
export function isComponent(given: ImageSource): given is ContainerImage {
    return pulumi.Resource.isInstance(given);
}
