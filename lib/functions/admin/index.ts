import { publicAccessProvider } from "./publicAccess";

/** The provider of the dynamic resource of a public function; the code in the state of a stack loads it from here. */
export const publicAccess = publicAccessProvider();
