from ._pyruntime import Caller as Caller
from ._pyruntime import PoolInfo as PoolInfo
from ._pyruntime import clear_pool as clear_pool
from ._pyruntime import get_num_threads as get_num_threads
from ._pyruntime import pool_info as pool_info
from ._pyruntime import set_num_threads as set_num_threads
from ._pyruntime import set_pool_limit as set_pool_limit
