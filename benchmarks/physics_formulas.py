"""Formulas of physics, written from the physics, each with the ranges of its variables, as data for measurements."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Name → (formula in SymPy's language, ranges of its variables).
FORMULAS: Mapping[str, tuple[str, Mapping[str, tuple[float, float]]]] = MappingProxyType({
    "gaussian": ("exp(-((x - mu)/sigma)**2/2)/(sqrt(2*pi)*sigma)", {"x": (-3, 3), "mu": (-1, 1), "sigma": (0.5, 2)}),
    "distance": ("sqrt((x1 - x2)**2 + (y1 - y2)**2)", {"x1": (0, 1), "x2": (2, 3), "y1": (0, 1), "y2": (2, 3)}),
    "gravity": ("G*m1*m2/((x1 - x2)**2 + (y1 - y2)**2 + (z1 - z2)**2)",
                {"G": (1, 2), "m1": (1, 2), "m2": (1, 2), "x1": (1, 2), "x2": (3, 4), "y1": (1, 2), "y2": (3, 4),
                 "z1": (1, 2), "z2": (3, 4)}),
    "relativistic mass": ("m0/sqrt(1 - v**2/c**2)", {"m0": (1, 5), "v": (0.1, 0.9), "c": (1, 2)}),
    "velocities": ("(u + v)/(1 + u*v/c**2)", {"u": (0.1, 0.9), "v": (0.1, 0.9), "c": (1, 2)}),
    "lorentz time": ("(t - u*x/c**2)/sqrt(1 - u**2/c**2)", {"t": (1, 5), "u": (0.1, 0.9), "x": (1, 5), "c": (1, 2)}),
    "doppler": ("omega*(1 + v/c)/sqrt(1 - v**2/c**2)", {"omega": (1, 5), "v": (0.1, 0.9), "c": (1, 2)}),
    "kinetic energy": ("m*(u**2 + v**2 + w**2)/2", {"m": (1, 5), "u": (1, 5), "v": (1, 5), "w": (1, 5)}),
    "lorentz force": ("q*(E + B*v*sin(theta))", {"q": (1, 5), "E": (1, 5), "B": (1, 5), "v": (1, 5), "theta": (0, 6)}),
    "snell": ("asin(n*sin(theta))", {"n": (0, 1), "theta": (0, 6)}),
    "lens": ("1/(1/d1 + n/d2)", {"d1": (1, 5), "d2": (1, 5), "n": (1, 5)}),
    "interference": ("I0*sin(n*theta/2)**2/sin(theta/2)**2", {"I0": (1, 5), "n": (1, 5), "theta": (1, 3)}),
    "superposition": ("sqrt(x1**2 + x2**2 - 2*x1*x2*cos(theta1 - theta2))",
                      {"x1": (1, 5), "x2": (6, 9), "theta1": (1, 5), "theta2": (1, 5)}),
    "planck": ("h*omega**3/(pi**2*c**2*(exp(h*omega/(k*T)) - 1))",
               {"h": (1, 5), "omega": (1, 5), "c": (1, 5), "k": (1, 5), "T": (1, 5)}),
    "diode": ("I0*(exp(q*V/(k*T)) - 1)", {"I0": (1, 5), "q": (1, 2), "V": (1, 2), "k": (1, 2), "T": (1, 2)}),
    "boltzmann": ("n0*exp(-m*g*x/(k*T))",
                  {"n0": (1, 5), "m": (1, 5), "g": (1, 5), "x": (1, 5), "k": (1, 5), "T": (1, 5)}),
    "fermi": ("1/(exp((E - mu)/(k*T)) + 1)", {"E": (1, 5), "mu": (1, 5), "k": (1, 5), "T": (1, 5)}),
    "magnetisation": ("n*mu*tanh(mu*B/(k*T))", {"n": (1, 5), "mu": (1, 5), "B": (1, 5), "k": (1, 5), "T": (1, 5)}),
    "entropy of a gas": ("n*k*log(V2/V1)", {"n": (1, 5), "k": (1, 5), "V1": (1, 5), "V2": (1, 5)}),
    "adiabat": ("p0*(V0/V)**gamma_", {"p0": (1, 5), "V0": (1, 5), "V": (1, 5), "gamma_": (1.2, 1.7)}),
    "driven oscillator": ("F*cos(w*t - atan2(b*w, k - m*w**2))/sqrt((k - m*w**2)**2 + (b*w)**2)",
                          {"F": (1, 5), "w": (1, 2), "t": (0, 5), "b": (1, 2), "k": (1, 5), "m": (1, 2)}),
    "orbit": ("a*(1 - e**2)/(1 + e*cos(theta))", {"a": (1, 5), "e": (0.1, 0.9), "theta": (0, 6)}),
    "lennard-jones": ("4*epsilon*((sigma/r)**12 - (sigma/r)**6)", {"epsilon": (1, 5), "sigma": (1, 2), "r": (1, 3)}),
    "dipole field": ("p*sqrt(x**2 + y**2)*3*z/(4*pi*epsilon*(x**2 + y**2 + z**2)**(Rational(5, 2)))",
                     {"p": (1, 5), "x": (1, 3), "y": (1, 3), "z": (1, 3), "epsilon": (1, 5)}),
})
