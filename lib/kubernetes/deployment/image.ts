import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../container";

/** The image of a container: a component of this program, or a name with its digest. */
export type ImageSource = ContainerImage | pulumi.Input<string>;

/** Whether it is a component of this program. */
export function isComponent(image: ImageSource): image is ContainerImage {
    return pulumi.Resource.isInstance(image);
}
