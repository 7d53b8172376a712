import { cloudFolder, type Workspace } from "../machine/workspace";
import { Cloud } from "./cloud/cloud";

/** The local Google Cloud of a program. */
export const cloudOf = (place: Workspace): Cloud => new Cloud(cloudFolder(place));
