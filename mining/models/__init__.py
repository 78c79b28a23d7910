"""Process models: discovered by pm4py in worker processes, written as BPMN and PNML, drawn as SVG."""
