"""Corpora, training and evaluation. Nothing here is part of the image.

Training writes the same bytes on every machine. The kernels of BLAS and the functions of the C library round
differently on different processors. So every model is trained in double precision, until the error is far
below the last decimal that is kept, and then rounded.
"""
