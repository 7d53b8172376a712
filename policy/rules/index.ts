import type { Rule } from "../rule";
import { storage } from "./storage";

/** All rules. */
export const rules: Rule[] = [...storage];
