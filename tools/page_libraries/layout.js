// Layered layout of a graph, and its connected parts.
import { graphlib, layout } from "@dagrejs/dagre";

export const Graph = graphlib.Graph;
export const components = graphlib.alg.components;
export { layout };
